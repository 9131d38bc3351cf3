"""PDF: from PDFium's characters to blocks with places."""
