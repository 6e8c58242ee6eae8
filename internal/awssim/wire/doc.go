// Package wire speaks AWS's protocols as a server: it finds the operation that a
// request asks for, decodes the request into the input struct of the AWS SDK for
// Go, validates it as AWS's front ends do, and encodes outputs and errors.
//
// One codec and one validator serve every service. What differs between
// services (names on the wire, required members, enums, lengths, patterns, error
// codes, HTTP statuses) comes from tables that are reduced from AWS's public
// service models; see hack/awsmodels.
//
// Four protocols are spoken, which are the ones that the AWS SDK for Go and
// botocore send to these services in 2026:
//
//	AWS JSON 1.1    ecs, logs, secretsmanager
//	REST-JSON       efs
//	Query           elbv2, iam, sts
//	EC2 Query       ec2
package wire
