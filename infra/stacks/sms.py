"""The SMS service's own resources: what we send from, what stops us, and where it reports."""

import phonenumbers
from aws_cdk import (
    CfnCondition,
    CfnOutput,
    CfnParameter,
    CfnResource,
    Fn,
    Stack,
    Token,
    aws_smsvoice,
)
from constructs import Construct

from infra.stacks.data import DataStack
from infra.stages import Stage

RECEIPTS = (
    "TEXT_SUCCESSFUL",
    "TEXT_DELIVERED",
    "TEXT_INVALID",
    "TEXT_INVALID_MESSAGE",
    "TEXT_UNREACHABLE",
    "TEXT_CARRIER_UNREACHABLE",
    "TEXT_BLOCKED",
    "TEXT_CARRIER_BLOCKED",
    "TEXT_SPAM",
    "TEXT_UNKNOWN",
    "TEXT_TTL_EXPIRED",
    "TEXT_PROTECT_BLOCKED",
)
"""Every event that may be final. TEXT_QUEUED and TEXT_PENDING never are, and each would cost a message."""

NO_POOL = "no-number-yet"
"""Stands for the pool where there is none. AWS knows no such identity, so nothing can be sent with it."""

UNREACHABLE_COUNTRIES = frozenset({"AC", "CU", "IR", "KP", "SD", "SY", "TA"})
"""No text goes there anyway, so AWS has no rule for them."""
# https://docs.aws.amazon.com/pinpoint/latest/userguide/channels-sms-country-capabilities.html


class SmsStack(Stack):
    """Under one condition, so that an emulator without the SMS service can take the same template."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, name)
        self.configuration_set = f"duebridge-{stage.name}"
        self.opt_out_list = f"duebridge-{stage.name}"
        wanted = CfnParameter(
            self,
            "CarrierResources",
            allowed_values=["yes", "no"],
            default="yes",
            description="no: leave out everything of the SMS service, for an emulator that lacks it",
        )
        self._with_carrier = CfnCondition(
            self, "WithCarrier", expression=Fn.condition_equals(wanted.value_as_string, "yes")
        )
        opt_outs = aws_smsvoice.CfnOptOutList(self, "OptOutList", opt_out_list_name=self.opt_out_list)
        self._conditional(opt_outs)
        self._configuration_set(self._protection(stage), data.delivery_events.topic_arn)
        self.origination_identity = self._origination_identity(
            stage, self._pool(stage, opt_outs, data.inbound_texts.topic_arn)
        )
        CfnOutput(self, "ConfigurationSetName", value=self.configuration_set)
        CfnOutput(self, "OptOutListName", value=self.opt_out_list)

    def _origination_identity(self, stage: Stage, pool_id: str | None) -> str:
        """What the sender imports. CloudFormation refuses to change an export that is in use, so a stage that
        gets its numbers later gets a second export, and the first one stays what it was."""
        before = f"duebridge-{stage.name}-origination-identity"
        CfnOutput(self, "OriginationIdentity", value=NO_POOL, export_name=before)
        if pool_id is None:
            return Fn.import_value(before)
        pooled = f"duebridge-{stage.name}-origination-pool"
        CfnOutput(self, "OriginationPool", value=pool_id, export_name=pooled)
        return Fn.import_value(pooled)

    def _protection(self, stage: Stage) -> aws_smsvoice.CfnProtectConfiguration:
        """Blocks texts to countries that the lender does not serve: a wrong number there costs dearly."""
        rule = aws_smsvoice.CfnProtectConfiguration.CountryRuleProperty
        known = phonenumbers.SUPPORTED_REGIONS - UNREACHABLE_COUNTRIES
        protection = aws_smsvoice.CfnProtectConfiguration(
            self,
            "Protection",
            deletion_protection_enabled=stage.keep_data,
            country_rule_set=aws_smsvoice.CfnProtectConfiguration.CountryRuleSetProperty(
                sms=[
                    rule(
                        country_code=country,
                        protect_status="ALLOW" if country in stage.served_countries else "BLOCK",
                    )
                    for country in sorted(known)
                ]
            ),
        )
        self._conditional(protection)
        return protection

    def _configuration_set(self, protection: aws_smsvoice.CfnProtectConfiguration, receipts_topic_arn: str) -> None:
        settings = aws_smsvoice.CfnConfigurationSet
        configuration_set = settings(
            self,
            "ConfigurationSet",
            configuration_set_name=self.configuration_set,
            protect_configuration_id=protection.attr_protect_configuration_id,
            event_destinations=[
                settings.EventDestinationProperty(
                    enabled=True,
                    event_destination_name="receipts",
                    matching_event_types=list(RECEIPTS),
                    sns_destination=settings.SnsDestinationProperty(topic_arn=receipts_topic_arn),
                )
            ],
        )
        self._conditional(configuration_set)

    def _pool(self, stage: Stage, opt_outs: aws_smsvoice.CfnOptOutList, inbound_topic_arn: str) -> str | None:
        """Numbers are leased and registered by people, before; the pool only gathers them."""
        if not stage.origination_identities:
            return None
        if not (stage.help_text and stage.stop_text):
            raise ValueError(
                f"stage {stage.name}: origination identities need help_text and stop_text (infra/stages.py)"
            )
        pools = aws_smsvoice.CfnPool
        pool = pools(
            self,
            "Pool",
            origination_identities=list(stage.origination_identities),
            deletion_protection_enabled=stage.keep_data,
            opt_out_list_name=opt_outs.ref,
            # We answer STOP ourselves, after the number is suppressed in our own table.
            self_managed_opt_outs_enabled=True,
            mandatory_keywords=pools.MandatoryKeywordsProperty(
                help=pools.MandatoryKeywordProperty(message=stage.help_text),
                stop=pools.MandatoryKeywordProperty(message=stage.stop_text),
            ),
            two_way=pools.TwoWayProperty(enabled=True, channel_arn=inbound_topic_arn),
        )
        self._conditional(pool)
        return Token.as_string(Fn.condition_if(self._with_carrier.logical_id, pool.ref, NO_POOL))

    def _conditional(self, resource: CfnResource) -> None:
        resource.cfn_options.condition = self._with_carrier
