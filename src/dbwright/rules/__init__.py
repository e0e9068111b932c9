"""Every rule is one small file that documents itself."""
