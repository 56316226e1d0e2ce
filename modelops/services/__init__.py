"""Every change this app makes. One idea a file."""
