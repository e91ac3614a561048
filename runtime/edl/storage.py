"""The few calls to S3 that a job makes besides Spark's. A thin shell: no decisions here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edl.manifest import File


class Storage:
    """One S3 client. `client` is boto3's, or one that answers like it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def folders(self, bucket: str, prefix: str) -> Iterator[str]:
        """Key prefixes one level below `prefix`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
        for page in pages:
            yield from (entry["Prefix"] for entry in page.get("CommonPrefixes", ()))

    def files(self, bucket: str, prefix: str) -> Iterator[File]:
        """All objects below `prefix`."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", ()):
                yield File(key=entry["Key"], size=entry["Size"], etag=entry["ETag"].strip('"'))

    def exists(self, bucket: str, key: str) -> bool:
        """Whether this very key is there. By listing: the runner may list, and without that right S3 answers 403 for absent."""
        answer = self._client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
        return any(entry["Key"] == key for entry in answer.get("Contents", ()))

    def create(self, bucket: str, key: str, body: bytes) -> bool:
        """Writes an object only if its key is free; false when somebody was there first. Other failures are raised."""
        try:
            self._client.put_object(
                Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*"
            )
        except self._client.exceptions.ClientError as error:
            # 412: the key exists. 409: another conditional write to it is under way (AmazonS3 userguide, conditional-writes).
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                return False
            raise
        return True
