"""boto3 as an app uses it, with the sandbox's Polly at the other end."""

from typing import Any

import boto3
from botocore.config import Config as BotoConfig


def polly_client(address: str) -> Any:
    """A client that asks once and says what came of it."""
    return boto3.client(
        "polly",
        region_name="us-east-1",
        endpoint_url=f"http://{address}",
        aws_access_key_id="AKIASANDBOX",
        aws_secret_access_key="secret",
        config=BotoConfig(retries={"total_max_attempts": 1}, proxies={}),
    )
