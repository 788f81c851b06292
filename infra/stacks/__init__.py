"""What is deployed, by how long it lives: data, the SMS service's resources, the pipeline, operations."""
