"""Bodies and views of the look-up of pseudonyms."""

from pydantic import BaseModel, Field, SecretStr


class IdNumberBody(BaseModel):
    """The number of a person who has proved to the identity provider that it is theirs."""

    id_number: SecretStr = Field(min_length=1, max_length=100)


class OperatorReferenceView(BaseModel):
    """What a token says of the person."""

    operator_ref: str = Field(description="现行版本的假名，写入令牌的 operator_ref")
    earlier: list[str] = Field(description="以前各版本密钥下的假名，轮换期间用")
