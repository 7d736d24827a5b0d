module countersign/statementjudge

go 1.24

require (
	github.com/gowebpki/jcs v1.0.2
	github.com/in-toto/attestation v1.2.0
	google.golang.org/protobuf v1.36.12
)
