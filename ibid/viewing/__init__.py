"""How a file is cut, shown: sizes, two configurations compared, one HTML page with the chunks drawn on the document."""
