"""Ask questions of a folder of documents; get answers cited to the exact place."""
