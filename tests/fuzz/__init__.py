"""A fuzz target for atheris, and the corpus it keeps."""
