"""The shell around contracts/verification: where the bytes come from, worker processes, files of marks, and in what
order all is put together. Knows no database and no service, only the files that a C2SP tlog-tiles log serves."""
