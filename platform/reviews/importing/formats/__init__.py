"""One module a format: each turns an open file into rows, in bounded memory."""
