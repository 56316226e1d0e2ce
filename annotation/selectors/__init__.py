"""What other parts may read of annotation. One idea a file."""
