"""Files into the ledger, at the desk: upload, mapping, progress, report, undo; codes that are one account."""
