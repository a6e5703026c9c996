"""Every kind of event, who did it, and the sentence that tells it."""

from datetime import timedelta
from typing import Any

from bot.domain import events as e
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Phase, Priority, Tell
from tests.domain import factories as make

LATER = make.NOW + timedelta(hours=1)
WHY = e.Reason(kind="rule", name="refund or repair", words=("repair",))
ASKED = e.Reason(kind="hand-off", name="a fault")
NOTHING_USED: dict[str, Any] = {"claim_used": timedelta(), "resolve_used": timedelta()}

TOLD: tuple[tuple[e.Event, str, str], ...] = (
    (e.CommentReceived(comment_id=1), "", "Wing ∗Chan∗'s comment came in from Facebook."),
    (e.CommentEdited(edited_at=LATER), "", "The author changed the comment."),
    (e.CommentDeleted(deleted_at=LATER), "", "The author deleted the comment."),
    (
        e.CommentJoined(comment_id=2),
        "",
        "Somebody else said the same; that comment is answered here too.",
    ),
    (
        e.CommentEdited(edited_at=LATER, comment_id=2),
        "",
        "The author of one that joined changed the comment.",
    ),
    (
        e.CommentDeleted(deleted_at=LATER, comment_id=2),
        "",
        "The author of one that joined deleted the comment.",
    ),
    (
        e.CommentForgotten(why="retention"),
        "",
        "The comment and its author's name were erased: they are kept only for so long.",
    ),
    (
        e.CommentForgotten(why="crosstalk forget", comment_id=2),
        "",
        "The comment and its author's name were erased at their request (`crosstalk forget`).",
    ),
    (e.CaseRouted(), "", "Routed."),
    (
        e.CaseRouted(lead="service-hk", priority=Priority.HIGH),
        "",
        "Routed: Service HK has the lead, priority high.",
    ),
    (e.CaseSentToTriage(why="no rule matches"), "", "Sent to triage: no rule matches."),
    (
        e.CaseSentToTriage(
            why="no rule matches",
            suggested=(
                e.Suggestion(team="product-mobile", likely=0.7),
                e.Suggestion(team="marketing-hk", likely=0.6),
            ),
        ),
        "",
        "Asked in triage whether it is for Product Mobile or Marketing HK: no rule matches.",
    ),
    (
        e.SuggestionsRefused(teams=("product-mobile", "marketing-hk")),
        "U0ANNA",
        "<@U0ANNA> said that it is not for Product Mobile or Marketing HK.",
    ),
    (
        e.StakeOpened(
            team="product-mobile",
            reasons=(e.Reason(kind="suggestion", words=("jack", "next *model*"), like=(871, 902)),),
            claim_due=LATER,
            resolve_due=LATER,
        ),
        "",
        "Product Mobile was asked: *jack*, *next ∗model∗* → product, as in #871 and #902 (learned).",
    ),
    (
        e.CaseTriaged(teams=("service-hk", "product-mobile"), note="please look"),
        "U0ANNA",
        "<@U0ANNA> chose Service HK and Product Mobile in triage: “please look”.",
    ),
    (
        e.CaseDismissed(reason="an advert"),
        "U0ANNA",
        "<@U0ANNA> decided that nobody needs to act: “an advert”.",
    ),
    (e.CaseSettled(), "", "The case is settled."),
    (e.CaseReopened(), "", "The case is open again."),
    (
        e.StakeOpened(team="service-hk", reasons=(WHY,), claim_due=LATER, resolve_due=LATER),
        "",
        "Service HK was asked: “repair” → rule *refund or repair*.",
    ),
    (
        e.StakeOpened(
            team="service-hk",
            reasons=(ASKED,),
            claim_due=LATER,
            resolve_due=LATER,
            asked_by="product-mobile",
        ),
        "U0ANNA",
        "Service HK was asked: Product Mobile handed it to them: “a fault”.",
    ),
    (
        e.StakeExplained(team="service-hk", reasons=(WHY,)),
        "",
        "Service HK has one more reason: “repair” → rule *refund or repair*.",
    ),
    (
        e.StakeClaimed(team="service-hk", holder="U0ANNA"),
        "U0ANNA",
        "<@U0ANNA> claimed it for Service HK.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER),
        "U0ANNA",
        "<@U0ANNA> released it.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER),
        "U0BEN",
        "<@U0BEN> released <@U0ANNA>'s claim for Service HK.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER),
        "",
        "<@U0ANNA>'s claim for Service HK ran out.",
    ),
    (
        e.StakeResolved(team="service-hk", outcome="fixed", note="sent a new one"),
        "U0ANNA",
        "<@U0ANNA> finished Service HK's part, fixed: “sent a new one”.",
    ),
    (
        e.StakeHandedOff(team="service-hk", to="product-mobile", reason="a fault"),
        "U0ANNA",
        "<@U0ANNA> handed Service HK's part to Product Mobile: “a fault”.",
    ),
    (
        e.StakeDeclined(team="service-hk", reason="not a repair"),
        "U0ANNA",
        "<@U0ANNA> said that it is not Service HK's: “not a repair”.",
    ),
    (
        e.StakeDeclined(team="service-hk", reason="a fault", instead="product-mobile"),
        "U0ANNA",
        "<@U0ANNA> said that it is not Service HK's, but Product Mobile's: “a fault”.",
    ),
    (
        e.StakeReopened(team="service-hk", claim_due=LATER, resolve_due=LATER),
        "U0ANNA",
        "<@U0ANNA> took Service HK's part up again.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER, why="silent"),
        "",
        "<@U0ANNA>'s claim for Service HK ran out.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER, why="left"),
        "",
        "<@U0ANNA> is no longer with Service HK, so their part is free again.",
    ),
    (
        e.StakeResolved(team="service-hk", outcome=NOT_NEEDED),
        "U0BEN",
        "Service HK's part is not needed any more.",
    ),
    (
        e.StakePaused(team="service-hk", why=e.Pause.SNOOZED, until=LATER, **NOTHING_USED),
        "U0ANNA",
        "<@U0ANNA> snoozed Service HK's part until Wed 18 Nov 19:00.",
    ),
    (
        e.StakePaused(team="service-hk", why=e.Pause.CUSTOMER, **NOTHING_USED),
        "U0ANNA",
        "<@U0ANNA> lets Service HK's part wait for the customer.",
    ),
    (
        e.StakePaused(team="service-hk", why=e.Pause.TEAM, on="product-mobile", **NOTHING_USED),
        "U0ANNA",
        "<@U0ANNA> lets Service HK's part wait for Product Mobile.",
    ),
    (
        e.StakeResumed(team="service-hk", claim_due=LATER, resolve_due=LATER),
        "U0ANNA",
        "<@U0ANNA> let Service HK's clocks run again.",
    ),
    (
        e.StakeResumed(team="service-hk", claim_due=LATER, resolve_due=LATER),
        "",
        "Service HK's clocks run again.",
    ),
    (
        e.StakeRetargeted(team="service-hk", claim_due=LATER, resolve_due=LATER, **NOTHING_USED),
        "U0ANNA",
        "Service HK is now to resolve it by Wed 18 Nov 19:00.",
    ),
    (
        e.HolderAsked(team="service-hk", holder="U0ANNA", answer_by=LATER),
        "",
        "Asked <@U0ANNA> whether they are still on it for Service HK.",
    ),
    (
        e.HolderAsked(team="service-hk", holder="", answer_by=LATER),
        "",
        "Asked Service HK who is on it, as the holder is away.",
    ),
    (
        e.HolderConfirmed(team="service-hk", expires_at=None),
        "U0ANNA",
        "<@U0ANNA> is still on it for Service HK.",
    ),
    (
        e.FactAdded(team="product-mobile", text="Batch *B7* is faulty"),
        "U0BEN",
        "💡 <@U0BEN> of Product Mobile added: “Batch ∗B7∗ is faulty”.",
    ),
    (
        e.NoteKept(team="product-mobile", text="ask the lab"),
        "U0BEN",
        "📝 <@U0BEN> kept from Product Mobile's talk: “ask the lab”.",
    ),
    (
        e.LeadMoved(to="product-mobile", reason="they know her"),
        "U0BEN",
        "<@U0BEN> gave the lead to Product Mobile: “they know her”.",
    ),
    (e.LeadMoved(to="product-mobile"), "U0BEN", "The lead went to Product Mobile."),
    (
        e.PriorityChanged(priority=Priority.URGENT, reason="smoke"),
        "U0BEN",
        "<@U0BEN> set the priority to urgent: “smoke”.",
    ),
    (e.CaseWatched(person="U0BEN"), "U0BEN", "<@U0BEN> follows the case."),
    (e.CaseUnwatched(person="U0BEN"), "U0BEN", "<@U0BEN> no longer follows the case."),
    (
        e.ClaimTargetNear(team="service-hk"),
        "",
        "Three quarters of Service HK's time to claim it had gone.",
    ),
    (
        e.ResolveTargetNear(team="service-hk"),
        "",
        "Three quarters of Service HK's time to resolve it had gone.",
    ),
    (
        e.StakeEscalated(
            team="service-hk",
            phase=Phase.BREACH,
            step=0,
            tell=Tell.MANAGERS,
            told=("U0ANNA", "U0BEN"),
        ),
        "",
        "Told <@U0ANNA> and <@U0BEN> that Service HK's part is late.",
    ),
    (
        e.StakeEscalated(team="service-hk", phase=Phase.WARNING, step=0, tell=Tell.TEAM, told=()),
        "",
        "Told all of Service HK that Service HK's part is nearly late.",
    ),
    (
        e.EscalationAcknowledged(team="service-hk"),
        "U0ANNA",
        "<@U0ANNA> has seen it: nobody further is told that Service HK's part is late.",
    ),
    (
        e.EscalationAcknowledged(team="service-hk"),
        "",
        "Everybody has been told: nobody further is told that Service HK's part is late.",
    ),
    (
        e.EscalationSnoozed(team="service-hk", until=LATER),
        "U0ANNA",
        "<@U0ANNA> lets the next reminder about Service HK's part wait until Wed 18 Nov 19:00.",
    ),
    (e.ClaimTargetMissed(team="service-hk"), "", "🔴 Nobody at Service HK had claimed it in time."),
    (
        e.ResolveTargetMissed(team="service-hk"),
        "",
        "🔴 Service HK's part was not resolved in time.",
    ),
)
