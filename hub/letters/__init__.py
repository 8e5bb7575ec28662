"""Letters to patrons: a folder a language, three templates a notice (subject, plain text, HTML); ``render`` fills them."""
