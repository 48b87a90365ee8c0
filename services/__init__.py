"""The two services. They share `contracts/` and nothing else."""
