"""What talks to AWS, against moto."""
