"""A file on disk becomes chunks: parsing, segments, chunking. No index, no network."""
