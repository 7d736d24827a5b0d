module countersign/reencoded

go 1.24
