/* The table itself. Design: fields are flat; what would be nested is a kind of its own, so that two people can add at once. */
#include "holdfast/schema.h"

#define REQ  HF_FIELD_REQUIRED
#define LIST HF_FIELD_LIST
#define SET  HF_FIELD_SET
#define PTR  HF_FIELD_POINTER
#define MEET HF_FIELD_MEETING
#define DUTY HF_FIELD_DUTY

#define T(name, type, help)                          \
	{                                            \
		name, HF_FIELD_##type, 0, NULL, help \
	}
#define TF(name, type, flags, help)                      \
	{                                                \
		name, HF_FIELD_##type, flags, NULL, help \
	}
#define C(name, choices, help)                          \
	{                                               \
		name, HF_FIELD_CHOICE, 0, choices, help \
	}
#define CF(name, flags, choices, help)                      \
	{                                                   \
		name, HF_FIELD_CHOICE, flags, choices, help \
	}
#define R(name, kinds, help)                       \
	{                                          \
		name, HF_FIELD_REF, 0, kinds, help \
	}
#define RF(name, flags, kinds, help)                   \
	{                                              \
		name, HF_FIELD_REF, flags, kinds, help \
	}

#define RESTRICTED TF("restricted_to", FPR, LIST, "only these members may read it")

static const struct hf_field org[] = {
	TF("name", TEXT, REQ, "what the organisation is called"),
	TF("domains", DOMAIN, LIST, "domains whose mailboxes are ours"),
	TF("numbers", PHONE, LIST, "telephone numbers that are ours"),
	T("timezone", ZONE, "time zone of the office, as Europe/London"),
	T("registration_number", TEXT, "company or charity number, as providers ask for it"),
	T("address", LINES, "registered address, as on official papers"),
	TF("languages", TEXT, LIST, "languages we publish in"),
	RF("siro", DUTY, "person", "senior information risk owner"),
	RF("dpo", DUTY, "person", "data protection officer"),
	RF("press", DUTY, "person", "press office"),
	RF("security", DUTY, "person", "security lead"),
	RF("it", DUTY, "person", "identity and mail administrators"),
	RF("privacy", DUTY, "person", "privacy contact"),
	RF("legal", DUTY, "person", "legal adviser"),
	RF("hr", DUTY, "person", "human resources"),
	RF("records", DUTY, "person", "records officer"),
	RF("regulator", DUTY, "person", "contact at the regulator"),
	RF("out_of_hours", DUTY, "person", "who answers at night"),
	TF("approved_services", WORD, LIST, "providers that staff may use for work"),
	TF("refused_services", WORD, LIST, "providers that are not allowed here"),
	TF("fallback_channels", TEXT, LIST, "where people are told when a channel is lost"),
	T("watch", TEXT, "how copies of our accounts are looked for"),
};

static const struct hf_field unit[] = {
	TF("name", TEXT, REQ, "name of the division"),
	R("parent", "unit", "the unit above"),
	RF("director", DUTY, "person", "who endorses the yearly answers"),
	RF("deputy_director", DUTY, "person", "who answers for it each year"),
};

static const struct hf_field person[] = {
	TF("name", TEXT, REQ, "name as others say it"),
	T("email", EMAIL, "work address"),
	T("phone", PHONE, "number that is answered in an incident"),
	T("post", TEXT, "job title"),
	R("unit", "unit", "division"),
	RF("manager", DUTY, "person", "line manager"),
	T("first_day", DATE, "first day in the organisation"),
	T("last_day", DATE, "last day in the organisation"),
	T("moved_on", DATE, "day of the last change of post"),
	T("trained_on", DATE, "last training on accounts and their risks"),
	TF("training", TEXT, LIST, "courses taken"),
	T("attested_on", DATE, "day the conduct and private-use lines were signed"),
	T("notice_sent_on", DATE, "last notice to declare private accounts that are used for work"),
	T("next_notice_on", DATE, "day of the next one"),
	T("pressed", BOOL, "was asked by a manager to use a personal account"),
	T("phone_free", BOOL, "works where telephones are not allowed"),
	TF("key_fpr", FPR, SET, "fingerprint of the member key"),
	T("note", LINES, "anything else"),
};

static const struct hf_field account[] = {
	TF("provider", WORD, REQ, "the service, as x, facebook or zoom"),
	TF("handle", TEXT, REQ, "the name at the service, with or without @"),
	T("url", URL, "address of the page or profile"),
	T("display_name", TEXT, "name shown on the profile"),
	C("class", "social messaging meeting scheduler mailbox domain phone other", "what sort of account it is"),
	C("state", "proposed live parked hijacked closed", "where it stands"),
	C("criticality", "critical high medium low", "how bad its loss would be"),
	T("purpose", TEXT, "what it is for"),
	R("unit", "unit", "division it belongs to"),
	RF("owner", DUTY, "person", "who is accountable"),
	RF("deputy", DUTY, "person", "who stands in for the owner"),
	RF("responder", DUTY, "person", "who leads when it is hijacked"),
	RF("responder_deputy", DUTY, "person", "who leads when the responder cannot"),
	T("responder_reached_on", DATE, "last day the responder answered a test call"),
	C("service_plan", "free business enterprise", "plan at the service"),
	T("immutable_id", TEXT, "id at the service that never changes"),
	TF("previous_handles", TEXT, LIST, "names it had before"),
	T("created_on", DATE, "day it was made at the service"),
	R("created_by", "person", "who made it"),
	T("registered_email", EMAIL, "address on file at the service"),
	T("registered_phone", PHONE, "number on file at the service"),
	C("login_model", "individual role-based shared", "how people sign in"),
	T("shared_method", TEXT, "how a shared login is given out and overseen"),
	C("multiuser", "roles shared none", "how the service lets several people work"),
	T("mfa_supported", BOOL, "the service has a second factor"),
	C("mfa_state", "on off unknown", "second factor on this account"),
	T("mfa_enforced", BOOL, "the setting that forces it is on"),
	CF("mfa_methods", LIST, "app key passkey sms voice email prompt codes", "second factors that are set up"),
	RF("mfa_holders", LIST, "person", "who holds a second factor"),
	T("passkey", BOOL, "a passkey or security key is set up"),
	TF("vault_ref", TEXT, PTR, "where the password lies: the entry in the password manager, never the password"),
	TF("backup_codes_ref", TEXT, PTR, "where the backup codes lie, never a code"),
	T("backup_codes_on", DATE, "day the codes were made"),
	T("security_questions", BOOL, "the service asks security questions"),
	TF("security_questions_ref", TEXT, PTR, "where the answers to security questions lie"),
	T("password_attested_on", DATE, "day the owner stated that the password is strong and used nowhere else"),
	C("audit_log", "on off unsupported", "log of access and changes"),
	T("audit_log_days", INT, "days the log is kept"),
	T("compensating_log", TEXT, "what stands in for a log that the service lacks"),
	T("alerts_to", TEXT, "mailbox that gets sign-in and change alerts, and is read"),
	RF("drafter", DUTY, "person", "who writes"),
	RF("reviewer", DUTY, "person", "who reads before approval"),
	RF("approver", DUTY, "person", "who approves"),
	C("content_class", "general legal technical sensitive", "whether content needs an extra reader"),
	RF("extra_reviewers", LIST | DUTY, "person", "who reads what needs an extra reader"),
	T("publisher_cap", INT, "most people who should be able to publish"),
	T("risk_assessed_on", DATE, "last risk assessment"),
	RF("risk_owner", DUTY, "person", "who carries the risk"),
	T("dp_review_ref", TEXT, "data-protection review"),
	T("privacy_reviewed_on", DATE, "last look at the privacy settings"),
	T("feature_enabled_on", DATE, "last day a new feature was turned on"),
	T("apps_reviewed_on", DATE, "last look at connected apps and tokens"),
	T("recovery_reviewed_on", DATE, "last recovery review in which everything was answered"),
	T("recovery_tested_on", DATE, "last time recovery was tried for real"),
	RF("recovery_holders", LIST, "person", "who can open the recovery pack"),
	T("pack_location", TEXT, "where the recovery pack lies"),
	T("access_reviewed_on", DATE, "last time the access list was compared with the live service"),
	T("last_activity_on", DATE, "last post or use"),
	T("verified_badge", BOOL, "the service shows it as verified"),
	T("badge_available", BOOL, "the service would verify it"),
	T("published", BOOL, "it stands on our public list"),
	TF("language", TEXT, 0, "language it is written in"),
	T("audience_size", INT, "followers or members"),
	TF("tags", TEXT, LIST, "words of your own"),
	T("billing_ref", TEXT, "invoice or advertising account, as the provider asks for it"),
	TF("fallback_channels", TEXT, LIST, "where its audience is warned when it is lost"),
	T("impersonation_watch", BOOL, "somebody looks for copies of it"),
	T("confirmed_on", DATE, "last day this entry was confirmed"),
	R("confirmed_by", "person", "who confirmed it"),
	CF("lobby", MEET, "on off", "people wait until they are let in"),
	CF("passcode", MEET, "on off", "those who are not signed in need a passcode"),
	CF("direct_join", MEET, "invited anyone", "who may join without waiting"),
	CF("external_calls", MEET, "blocked decided open", "calls from outside: decided means allowed on purpose"),
	TF("anonymous_start", BOOL, MEET, "people who are not signed in can start a meeting"),
	CF("recording_default", MEET, "on off", "meetings are recorded from the start"),
	CF("ai_attendees", MEET, "blocked ask allowed", "note-taking assistants in meetings"),
	TF("ai_data", TEXT, MEET, "what assistants collect and how to opt out"),
	CF("link_publication", MEET, "private public broadcast", "where joining links stand"),
	TF("sensitive_meetings", BOOL, MEET, "sensitive matters are discussed"),
	CF("passcode_channel", MEET, "separate same", "the passcode travels apart from the link"),
	TF("recordings_at", TEXT, MEET, "where recordings, transcripts, chats and files are kept"),
	TF("recordings_access", TEXT, MEET, "who can open them"),
	TF("retention_days", INT, MEET, "days they are kept"),
	TF("retention_reason", TEXT, MEET, "why they are kept that long"),
	C("registrar_lock", "on off", "of a domain: the transfer lock"),
	T("operator_pin_set", BOOL, "of a number: the operator asks for a PIN"),
	T("selection_ref", TEXT, "the note on how the service was chosen"),
	T("notes", LINES, "anything else"),
};

static const struct hf_field link_[] = {
	RF("account", REQ, "account", "the account that depends"),
	RF("depends_on", REQ, "account", "what it depends on: mailbox, domain, phone, profile, scheduler"),
	CF("how", REQ, "mailbox domain phone profile scheduler identity", "in what way"),
};

static const struct hf_field contact[] = {
	RF("account", REQ, "account", "the account it recovers"),
	CF("type", REQ, "email phone codes person key domain", "what it is"),
	TF("value", TEXT, PTR, "the address or number, or where it lies; never a code"),
	R("holder", "person", "who holds it"),
	T("verified_on", DATE, "last day it was tried"),
	T("note", LINES, "anything else"),
	RESTRICTED,
};

static const struct hf_field grant[] = {
	RF("account", REQ, "account", "on which account"),
	R("person", "person", "who"),
	R("supplier", "supplier", "or which supplier"),
	CF("role", REQ, "read publish moderate approve admin billing host", "what they may do"),
	C("uses", "read publish moderate approve admin billing host", "what they really do"),
	R("device", "device", "from which device"),
	R("authorised_by", "person", "who allowed it"),
	T("authorised_on", DATE, "when it was allowed"),
	T("since", DATE, "first day"),
	T("until", DATE, "day it ended"),
	T("reviewed_on", DATE, "last compared with the live service"),
	T("dummy_profile", BOOL, "it acts through a profile that is no real person"),
};

static const struct hf_field device[] = {
	TF("tag", TEXT, REQ, "asset tag"),
	C("ownership", "organisation personal", "whose it is"),
	T("managed", BOOL, "our administrators manage it"),
	T("shared", BOOL, "several people use it"),
	T("locked", BOOL, "it locks itself"),
	T("code_known", BOOL, "others know its code"),
	T("patched_on", DATE, "last update"),
	C("app_source", "store provider other", "where its apps come from"),
	T("classified", BOOL, "it holds classified data"),
	R("holder", "person", "who has it"),
	T("note", LINES, "anything else"),
};

static const struct hf_field supplier[] = {
	TF("name", TEXT, REQ, "name of the third party"),
	T("contract_ref", TEXT, "contract"),
	T("contract_ends_on", DATE, "last day of the contract"),
	T("assurance_ref", TEXT, "how we know that they are careful"),
	T("scope", TEXT, "what they do for us"),
	T("email", EMAIL, "security contact"),
	T("phone", PHONE, "number that is answered in an incident"),
};

static const struct hf_field share[] = {
	RF("account", REQ, "account", "whose password"),
	R("person", "person", "told to whom"),
	R("supplier", "supplier", "or to which supplier"),
	T("shared_on", DATE, "when it was told"),
	T("rotated_on", DATE, "when it was changed after that"),
	T("method", TEXT, "how it was told"),
};

static const struct hf_field evidence[] = {
	R("account", "account", "account it proves; none: the whole organisation"),
	T("satisfies", WORD, "what the provider asks for, as on its sheet"),
	T("description", TEXT, "what it is"),
	TF("blob", ID, SET, "the stored file"),
	TF("file_name", TEXT, SET, "its name"),
	TF("sha256", HASH, SET, "its sum"),
	TF("size", INT, SET, "its bytes"),
	TF("media_type", TEXT, SET, "its type"),
	TF("looks_like", TEXT, SET, "the secret that its text looks like"),
	T("obtained_on", DATE, "day it was obtained"),
	T("valid_until", DATE, "last day it counts"),
	R("collected_by", "person", "who got it"),
	T("source", TEXT, "where it comes from"),
	RESTRICTED,
};

static const struct hf_field desk[] = {
	TF("provider", WORD, REQ, "which provider"),
	T("partner_contact", TEXT, "name and number of our contact there"),
	T("portal_ref", TEXT, "partner portal or support contract"),
	T("account_manager", TEXT, "who looks after us there"),
	T("note", LINES, "anything else"),
	RESTRICTED,
};

static const struct hf_field declaration[] = {
	RF("person", REQ, "person", "whose personal account"),
	TF("provider", WORD, REQ, "the service"),
	TF("handle", TEXT, REQ, "the name at the service"),
	T("purpose", TEXT, "what work it is used for"),
	R("asked_by", "person", "who asked for it"),
	T("devices", TEXT, "what it is used from"),
	C("mfa_state", "on off unknown", "second factor"),
	T("declared_on", DATE, "day it was declared"),
	T("deadline", DATE, "day by which it is decided or cleaned"),
	C("decision", "adopt remove own-risk", "what was decided"),
	R("decided_by", "person", "who decided"),
	T("decided_on", DATE, "when"),
	T("outcome", TEXT, "what came of it"),
	T("official_business", BOOL, "official business was done on it"),
	RESTRICTED,
};

static const struct hf_field attestation[] = {
	RF("unit", REQ, "unit", "which unit"),
	TF("period", TEXT, REQ, "which year, as 2026-27"),
	TF("control", TEXT, REQ, "which control or line"),
	C("answer", "met partly not-met", "the answer"),
	T("risk", LINES, "risk that remains"),
	C("rag", "red amber green", "colour"),
	T("improvement", LINES, "what will be done"),
	T("evidence_ref", TEXT, "what shows it"),
	R("answered_by", "person", "who answered"),
	C("answered_as", "deputy-director director", "in which office"),
	T("answered_on", DATE, "when"),
};

static const struct hf_field exception[] = {
	TF("rule", TEXT, REQ, "the rule, as HF-201"),
	RF("subject", REQ, "*", "the record it is about"),
	TF("reason", LINES, REQ, "why it is accepted"),
	RF("accepted_by", DUTY, "person", "who carries the risk"),
	T("accepted_on", DATE, "when"),
	T("expires", DATE, "last day it counts"),
	RESTRICTED,
};

static const struct hf_field document[] = {
	TF("path", TEXT, REQ, "its name on the shelf, as incident/hijacked-account"),
	TF("text", LINES, REQ, "the text"),
	RF("owner", DUTY, "person", "who keeps it"),
	T("review_by", DATE, "day it must be looked at again"),
	T("reviewed_on", DATE, "last look"),
	TF("base", HASH, SET, "sum of the shipped text it was made from"),
};

static const struct hf_field conflict[] = {
	RF("record", REQ | SET, "*", "the record"),
	TF("field", TEXT, REQ | SET, "the field"),
	TF("kept", LINES, SET, "the value that stands"),
	TF("other", LINES, SET, "the value that was set at the same time"),
	TF("kept_by", FPR, SET, "who set the first"),
	TF("other_by", FPR, SET, "who set the other"),
	T("settled_on", DATE, "when somebody decided"),
};

#define K(name, fields, label, key, single, help)                                            \
	{                                                                                    \
		name, help, fields, sizeof(fields) / sizeof((fields)[0]), label, key, single \
	}

const struct hf_kind hf_kinds[] = {
	K("org", org, "name", NULL, true, "the organisation"),
	K("unit", unit, "name", "name", false, "a division"),
	K("person", person, "name", NULL, false, "anybody who is named anywhere"),
	K("account", account, "provider || ':' || ltrim(handle, '@')", "provider handle", false, "an official account"),
	K("link", link_, NULL, "account depends_on how", false, "one account depends on another"),
	K("contact", contact, "coalesce(value, type)", NULL, false, "a recovery contact"),
	K("grant", grant, NULL, NULL, false, "who may do what, from where"),
	K("device", device, "tag", "tag", false, "a device that accounts are run from"),
	K("supplier", supplier, "name", "name", false, "a third party"),
	K("share", share, NULL, NULL, false, "a password was shared"),
	K("evidence", evidence, "coalesce(file_name, description)", NULL, false, "proof of ownership"),
	K("desk", desk, "provider", "provider", false, "our own way in at a provider"),
	K("declaration", declaration, "provider || ':' || ltrim(handle, '@')", NULL, false, "a personal account used for work"),
	K("attestation", attestation, NULL, "unit period control answered_as", false, "a unit's yearly answer"),
	K("exception", exception, "rule", NULL, false, "an accepted risk"),
	K("document", document, "path", "path", false, "the organisation's own book or template"),
	K("conflict", conflict, NULL, NULL, false, "two people changed one field"),
};

const size_t hf_n_kinds = sizeof(hf_kinds) / sizeof(hf_kinds[0]);
