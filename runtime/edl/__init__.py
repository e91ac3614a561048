"""What a pipeline's Spark job needs around its transform: arguments, contract, updates, publishing.

Everything here is a pure function but `job` (Spark) and `storage` (S3).
"""
