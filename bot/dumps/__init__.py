"""Read dumps: bytes in, parsed threads or named rejections out."""
