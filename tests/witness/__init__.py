"""The witness, judged without a process and run as one."""
