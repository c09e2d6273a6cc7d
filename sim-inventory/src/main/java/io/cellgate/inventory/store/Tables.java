package io.cellgate.inventory.store;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * The schema's tables and columns as jOOQ knows them, one nested class each. Kept by hand beside the migrations, for
 * the build then needs no generator nor a database; a test holds the two equal.
 */
public final class Tables {
    private Tables() {}

    private static Field<String> text(String table, String column) {
        return field(name(table, column), SQLDataType.VARCHAR);
    }

    private static Field<Long> number(String table, String column) {
        return field(name(table, column), SQLDataType.BIGINT);
    }

    private static Field<Boolean> truth(String table, String column) {
        return field(name(table, column), SQLDataType.BOOLEAN);
    }

    /** {@code counter} */
    public static final class Counter {
        private Counter() {}

        public static final Table<Record> TABLE = table(name("counter"));
        public static final Field<String> NAME = text("counter", "name");
        public static final Field<Long> VALUE = number("counter", "value");
    }

    /** {@code setting} */
    public static final class Setting {
        private Setting() {}

        public static final Table<Record> TABLE = table(name("setting"));
        public static final Field<String> NAME = text("setting", "name");
        public static final Field<String> VALUE = text("setting", "value");
    }

    /** {@code event} */
    public static final class Event {
        private Event() {}

        public static final Table<Record> TABLE = table(name("event"));
        public static final Field<Long> SEQ = number("event", "seq");
        public static final Field<Long> AT = number("event", "at");
        public static final Field<String> ACCOUNT = text("event", "account");
        public static final Field<String> ACTOR = text("event", "actor");
        public static final Field<String> KIND = text("event", "kind");
        public static final Field<String> SUBJECT = text("event", "subject");
        public static final Field<String> BEFORE_JSON = text("event", "before_json");
        public static final Field<String> AFTER_JSON = text("event", "after_json");
    }

    /** {@code account} */
    public static final class Account {
        private Account() {}

        public static final Table<Record> TABLE = table(name("account"));
        public static final Field<String> ID = text("account", "id");
        public static final Field<String> NAME = text("account", "name");
        public static final Field<String> DEFAULT_POLICY = text("account", "default_policy");
        public static final Field<String> QUOTA = text("account", "quota");
        public static final Field<Boolean> TERMINATION_ENABLED = truth("account",
                "termination_enabled");
        public static final Field<Long> CREATED_AT = number("account", "created_at");
        public static final Field<Long> REVISION = number("account", "revision");
        public static final Field<Long> REQUESTS_PER_SECOND = number("account",
                "requests_per_second");
        public static final Field<String> GEOFENCE = text("account", "geofence");
    }

    /** {@code token} */
    public static final class Token {
        private Token() {}

        public static final Table<Record> TABLE = table(name("token"));
        public static final Field<String> ID = text("token", "id");
        public static final Field<String> ACCOUNT = text("token", "account");
        public static final Field<String> ROLE = text("token", "role");
        public static final Field<String> NAME = text("token", "name");
        public static final Field<String> HASH = text("token", "hash");
        public static final Field<Long> CREATED_AT = number("token", "created_at");
        public static final Field<Long> EXPIRES_AT = number("token", "expires_at");
        public static final Field<Long> REVOKED_AT = number("token", "revoked_at");
        public static final Field<Long> LAST_USED_AT = number("token", "last_used_at");
        public static final Field<String> CUSTOM_ROLE = text("token", "custom_role");
        public static final Field<String> SCOPES = text("token", "scopes");
        public static final Field<String> NETWORKS = text("token", "networks");
        public static final Field<Long> REQUESTS_PER_SECOND = number("token",
                "requests_per_second");
        public static final Field<String> USER_ID = text("token", "user_id");
    }

    /** {@code carrier} */
    public static final class Carrier {
        private Carrier() {}

        public static final Table<Record> TABLE = table(name("carrier"));
        public static final Field<String> ID = text("carrier", "id");
        public static final Field<String> NAME = text("carrier", "name");
        public static final Field<String> HOME_PLMNS = text("carrier", "home_plmns");
        public static final Field<String> SERVING_PLMNS = text("carrier", "serving_plmns");
        public static final Field<Long> CREATED_AT = number("carrier", "created_at");
        public static final Field<Long> REVISION = number("carrier", "revision");
    }

    /** {@code path} */
    public static final class Path {
        private Path() {}

        public static final Table<Record> TABLE = table(name("path"));
        public static final Field<String> ADDRESS = text("path", "address");
        public static final Field<Long> GTP_VERSION = number("path", "gtp_version");
        public static final Field<Long> RESTART_COUNTER = number("path", "restart_counter");
        public static final Field<Long> HEARD_AT = number("path", "heard_at");
    }

    /** {@code peer} */
    public static final class Peer {
        private Peer() {}

        public static final Table<Record> TABLE = table(name("peer"));
        public static final Field<String> ADDRESS = text("peer", "address");
        public static final Field<String> CARRIER = text("peer", "carrier");
        public static final Field<Long> CREATED_AT = number("peer", "created_at");
    }

    /** {@code product} */
    public static final class Product {
        private Product() {}

        public static final Table<Record> TABLE = table(name("product"));
        public static final Field<String> ID = text("product", "id");
        public static final Field<String> NAME = text("product", "name");
        public static final Field<String> KIND = text("product", "kind");
        public static final Field<Long> UNIT_PRICE = number("product", "unit_price");
        public static final Field<String> CURRENCY = text("product", "currency");
        public static final Field<Boolean> ORDERABLE = truth("product", "orderable");
        public static final Field<Long> CREATED_AT = number("product", "created_at");
        public static final Field<Long> REVISION = number("product", "revision");
    }

    /** {@code data_key} */
    public static final class DataKey {
        private DataKey() {}

        public static final Table<Record> TABLE = table(name("data_key"));
        public static final Field<String> ID = text("data_key", "id");
        public static final Field<String> MASTER_KEY = text("data_key", "master_key");
        public static final Field<String> SEALED = text("data_key", "sealed");
        public static final Field<Long> CREATED_AT = number("data_key", "created_at");
        public static final Field<String> REPLACED_BY = text("data_key", "replaced_by");
    }

    /** {@code batch} */
    public static final class Batch {
        private Batch() {}

        public static final Table<Record> TABLE = table(name("batch"));
        public static final Field<String> ID = text("batch", "id");
        public static final Field<String> PRODUCT = text("batch", "product");
        public static final Field<String> NAME = text("batch", "name");
        public static final Field<String> DATA_KEY = text("batch", "data_key");
        public static final Field<Long> SIMS = number("batch", "sims");
        public static final Field<Long> CREATED_AT = number("batch", "created_at");
        public static final Field<Long> REVISION = number("batch", "revision");
    }

    /** {@code policy} */
    public static final class Policy {
        private Policy() {}

        public static final Table<Record> TABLE = table(name("policy"));
        public static final Field<String> ID = text("policy", "id");
        public static final Field<String> ACCOUNT = text("policy", "account");
        public static final Field<String> NAME = text("policy", "name");
        public static final Field<Long> HEAD = number("policy", "head");
        public static final Field<Long> CREATED_AT = number("policy", "created_at");
    }

    /** {@code policy_revision} */
    public static final class PolicyRevision {
        private PolicyRevision() {}

        public static final Table<Record> TABLE = table(name("policy_revision"));
        public static final Field<String> POLICY = text("policy_revision", "policy");
        public static final Field<Long> REVISION = number("policy_revision", "revision");
        public static final Field<String> DOCUMENT = text("policy_revision", "document");
        public static final Field<String> AUTHOR = text("policy_revision", "author");
        public static final Field<String> MESSAGE = text("policy_revision", "message");
        public static final Field<Long> CREATED_AT = number("policy_revision", "created_at");
    }

    /** {@code named_list} */
    public static final class NamedList {
        private NamedList() {}

        public static final Table<Record> TABLE = table(name("named_list"));
        public static final Field<String> ID = text("named_list", "id");
        public static final Field<String> ACCOUNT = text("named_list", "account");
        public static final Field<String> NAME = text("named_list", "name");
        public static final Field<String> KIND = text("named_list", "kind");
        public static final Field<Long> ENTRIES = number("named_list", "entries");
        public static final Field<Long> CREATED_AT = number("named_list", "created_at");
        public static final Field<Long> REVISION = number("named_list", "revision");
    }

    /** {@code list_entry} */
    public static final class ListEntry {
        private ListEntry() {}

        public static final Table<Record> TABLE = table(name("list_entry"));
        public static final Field<String> LIST = text("list_entry", "list");
        public static final Field<String> ENTRY = text("list_entry", "entry");
    }

    /** {@code fleet} */
    public static final class Fleet {
        private Fleet() {}

        public static final Table<Record> TABLE = table(name("fleet"));
        public static final Field<String> ID = text("fleet", "id");
        public static final Field<String> ACCOUNT = text("fleet", "account");
        public static final Field<String> NAME = text("fleet", "name");
        public static final Field<String> POLICY = text("fleet", "policy");
        public static final Field<String> IMEI_LOCK = text("fleet", "imei_lock");
        public static final Field<String> FENCE = text("fleet", "fence");
        public static final Field<String> QUOTA = text("fleet", "quota");
        public static final Field<Long> CREATED_AT = number("fleet", "created_at");
        public static final Field<Long> REVISION = number("fleet", "revision");
        public static final Field<String> GEOFENCE = text("fleet", "geofence");
    }

    /** {@code sim_order} */
    public static final class SimOrder {
        private SimOrder() {}

        public static final Table<Record> TABLE = table(name("sim_order"));
        public static final Field<String> ID = text("sim_order", "id");
        public static final Field<String> ACCOUNT = text("sim_order", "account");
        public static final Field<String> PRODUCT = text("sim_order", "product");
        public static final Field<Long> QUANTITY = number("sim_order", "quantity");
        public static final Field<String> STATE = text("sim_order", "state");
        public static final Field<Long> UNIT_PRICE = number("sim_order", "unit_price");
        public static final Field<String> CURRENCY = text("sim_order", "currency");
        public static final Field<String> SHIP_TO = text("sim_order", "ship_to");
        public static final Field<String> TRACKING = text("sim_order", "tracking");
        public static final Field<Long> CREATED_AT = number("sim_order", "created_at");
        public static final Field<Long> QUOTED_UNTIL = number("sim_order", "quoted_until");
        public static final Field<Long> REVISION = number("sim_order", "revision");
    }

    /** {@code sim} */
    public static final class Sim {
        private Sim() {}

        public static final Table<Record> TABLE = table(name("sim"));
        public static final Field<String> ICCID = text("sim", "iccid");
        public static final Field<String> IMSI = text("sim", "imsi");
        public static final Field<String> MSISDN = text("sim", "msisdn");
        public static final Field<String> PRODUCT = text("sim", "product");
        public static final Field<String> BATCH = text("sim", "batch");
        public static final Field<String> STATE = text("sim", "state");
        public static final Field<String> INTENDED = text("sim", "intended");
        public static final Field<String> ACCOUNT = text("sim", "account");
        public static final Field<String> ORDER_ID = text("sim", "order_id");
        public static final Field<String> FLEET = text("sim", "fleet");
        public static final Field<String> POLICY = text("sim", "policy");
        public static final Field<String> IMEI_LOCK = text("sim", "imei_lock");
        public static final Field<String> BOUND_IMEI = text("sim", "bound_imei");
        public static final Field<String> FENCE = text("sim", "fence");
        public static final Field<String> QUOTA = text("sim", "quota");
        public static final Field<String> TAGS = text("sim", "tags");
        public static final Field<Long> CREATED_AT = number("sim", "created_at");
        public static final Field<Long> CHANGED_AT = number("sim", "changed_at");
        public static final Field<Long> REVISION = number("sim", "revision");
        public static final Field<Long> TEST_ATTACH_AT = number("sim", "test_attach_at");
        public static final Field<String> EID = text("sim", "eid");
        public static final Field<String> GEOFENCE = text("sim", "geofence");
        public static final Field<Long> OWNED_SINCE = number("sim", "owned_since");
    }

    /** {@code sim_condition} */
    public static final class SimCondition {
        private SimCondition() {}

        public static final Table<Record> TABLE = table(name("sim_condition"));
        public static final Field<String> ICCID = text("sim_condition", "iccid");
        public static final Field<String> KIND = text("sim_condition", "kind");
        public static final Field<Long> SINCE = number("sim_condition", "since");
        public static final Field<String> DETAIL = text("sim_condition", "detail");
    }

    /** {@code usage_hour} */
    public static final class UsageHour {
        private UsageHour() {}

        public static final Table<Record> TABLE = table(name("usage_hour"));
        public static final Field<String> ICCID = text("usage_hour", "iccid");
        public static final Field<Long> HOUR = number("usage_hour", "hour");
        public static final Field<String> ACCOUNT = text("usage_hour", "account");
        public static final Field<String> FLEET = text("usage_hour", "fleet");
        public static final Field<String> CARRIER = text("usage_hour", "carrier");
        public static final Field<String> COUNTRY = text("usage_hour", "country");
        public static final Field<Long> OCTETS_UP = number("usage_hour", "octets_up");
        public static final Field<Long> PACKETS_UP = number("usage_hour", "packets_up");
        public static final Field<Long> OCTETS_DOWN = number("usage_hour", "octets_down");
        public static final Field<Long> PACKETS_DOWN = number("usage_hour", "packets_down");
    }

    /** {@code usage_day} */
    public static final class UsageDay {
        private UsageDay() {}

        public static final Table<Record> TABLE = table(name("usage_day"));
        public static final Field<String> ICCID = text("usage_day", "iccid");
        public static final Field<Long> DAY = number("usage_day", "day");
        public static final Field<String> ACCOUNT = text("usage_day", "account");
        public static final Field<String> FLEET = text("usage_day", "fleet");
        public static final Field<String> CARRIER = text("usage_day", "carrier");
        public static final Field<String> COUNTRY = text("usage_day", "country");
        public static final Field<Long> MONTH = number("usage_day", "month");
        public static final Field<Long> OCTETS_UP = number("usage_day", "octets_up");
        public static final Field<Long> PACKETS_UP = number("usage_day", "packets_up");
        public static final Field<Long> OCTETS_DOWN = number("usage_day", "octets_down");
        public static final Field<Long> PACKETS_DOWN = number("usage_day", "packets_down");
    }

    /** {@code sim_tag} */
    public static final class SimTag {
        private SimTag() {}

        public static final Table<Record> TABLE = table(name("sim_tag"));
        public static final Field<String> ICCID = text("sim_tag", "iccid");
        public static final Field<String> TAG = text("sim_tag", "tag");
        public static final Field<String> TAG_VALUE = text("sim_tag", "tag_value");
    }

    /** {@code sim_secret} */
    public static final class SimSecret {
        private SimSecret() {}

        public static final Table<Record> TABLE = table(name("sim_secret"));
        public static final Field<String> ICCID = text("sim_secret", "iccid");
        public static final Field<String> DATA_KEY = text("sim_secret", "data_key");
        public static final Field<String> SEALED = text("sim_secret", "sealed");
    }

    /** {@code idempotency} */
    public static final class Idempotency {
        private Idempotency() {}

        public static final Table<Record> TABLE = table(name("idempotency"));
        public static final Field<String> ACCOUNT = text("idempotency", "account");
        public static final Field<String> REQUEST_KEY = text("idempotency", "request_key");
        public static final Field<String> REQUEST_HASH = text("idempotency", "request_hash");
        public static final Field<Long> STATUS = number("idempotency", "status");
        public static final Field<String> BODY = text("idempotency", "body");
        public static final Field<Long> EXPIRES_AT = number("idempotency", "expires_at");
    }

    /** {@code firewall} */
    public static final class Firewall {
        private Firewall() {}

        public static final Table<Record> TABLE = table(name("firewall"));
        public static final Field<String> SCOPE = text("firewall", "scope");
        public static final Field<String> DOCUMENT = text("firewall", "document");
        public static final Field<Long> REVISION = number("firewall", "revision");
    }

    /** {@code accounting_client} */
    public static final class AccountingClient {
        private AccountingClient() {}

        public static final Table<Record> TABLE = table(name("accounting_client"));
        public static final Field<String> ID = text("accounting_client", "id");
        public static final Field<String> CARRIER = text("accounting_client", "carrier");
        public static final Field<String> NAME = text("accounting_client", "name");
        public static final Field<String> SOURCES = text("accounting_client", "sources");
        public static final Field<String> RANGES = text("accounting_client", "ranges");
        public static final Field<Long> TIMEOUT_SECONDS = number("accounting_client",
                "timeout_seconds");
        public static final Field<String> DATA_KEY = text("accounting_client", "data_key");
        public static final Field<String> SECRET = text("accounting_client", "secret");
        public static final Field<Long> CREATED_AT = number("accounting_client", "created_at");
        public static final Field<Long> REVISION = number("accounting_client", "revision");
    }

    /** {@code accounting_binding} */
    public static final class AccountingBinding {
        private AccountingBinding() {}

        public static final Table<Record> TABLE = table(name("accounting_binding"));
        public static final Field<String> ADDRESS = text("accounting_binding", "address");
        public static final Field<String> CLIENT = text("accounting_binding", "client");
        public static final Field<String> DOCUMENT = text("accounting_binding", "document");
    }

    /** {@code apn} */
    public static final class Apn {
        private Apn() {}

        public static final Table<Record> TABLE = table(name("apn"));
        public static final Field<String> NAME = text("apn", "name");
        public static final Field<Long> CREATED_AT = number("apn", "created_at");
    }

    /** {@code pool} */
    public static final class Pool {
        private Pool() {}

        public static final Table<Record> TABLE = table(name("pool"));
        public static final Field<String> ID = text("pool", "id");
        public static final Field<String> NAME = text("pool", "name");
        public static final Field<String> PREFIX = text("pool", "prefix");
        public static final Field<String> APN = text("pool", "apn");
        public static final Field<String> CARRIER = text("pool", "carrier");
        public static final Field<Long> QUARANTINE_SECONDS = number("pool", "quarantine_seconds");
        public static final Field<Long> CREATED_AT = number("pool", "created_at");
        public static final Field<Long> REVISION = number("pool", "revision");
    }

    /** {@code static_address} */
    public static final class StaticAddress {
        private StaticAddress() {}

        public static final Table<Record> TABLE = table(name("static_address"));
        public static final Field<String> ICCID = text("static_address", "iccid");
        public static final Field<String> IPV4 = text("static_address", "ipv4");
        public static final Field<String> IPV6 = text("static_address", "ipv6");
        public static final Field<Long> CREATED_AT = number("static_address", "created_at");
    }

    /** {@code access_role} */
    public static final class AccessRole {
        private AccessRole() {}

        public static final Table<Record> TABLE = table(name("access_role"));
        public static final Field<String> ID = text("access_role", "id");
        public static final Field<String> ACCOUNT = text("access_role", "account");
        public static final Field<String> NAME = text("access_role", "name");
        public static final Field<String> BASE = text("access_role", "base");
        public static final Field<String> SCOPES = text("access_role", "scopes");
        public static final Field<Long> CREATED_AT = number("access_role", "created_at");
        public static final Field<Long> REVISION = number("access_role", "revision");
    }

    /** {@code identity_provider} */
    public static final class IdentityProvider {
        private IdentityProvider() {}

        public static final Table<Record> TABLE = table(name("identity_provider"));
        public static final Field<String> ID = text("identity_provider", "id");
        public static final Field<String> NAME = text("identity_provider", "name");
        public static final Field<String> ISSUER = text("identity_provider", "issuer");
        public static final Field<String> CLIENT_ID = text("identity_provider", "client_id");
        public static final Field<String> AUDIENCES = text("identity_provider", "audiences");
        public static final Field<String> REDIRECT_URIS = text("identity_provider",
                "redirect_uris");
        public static final Field<Boolean> EMAILS_VERIFIED = truth("identity_provider",
                "emails_verified");
        public static final Field<String> DATA_KEY = text("identity_provider", "data_key");
        public static final Field<String> CLIENT_SECRET = text("identity_provider",
                "client_secret");
        public static final Field<Long> CREATED_AT = number("identity_provider", "created_at");
        public static final Field<Long> REVISION = number("identity_provider", "revision");
    }

    /** {@code access_user} */
    public static final class AccessUser {
        private AccessUser() {}

        public static final Table<Record> TABLE = table(name("access_user"));
        public static final Field<String> ID = text("access_user", "id");
        public static final Field<String> ACCOUNT = text("access_user", "account");
        public static final Field<String> NAME = text("access_user", "name");
        public static final Field<String> EMAIL = text("access_user", "email");
        public static final Field<String> ISSUER = text("access_user", "issuer");
        public static final Field<String> SUBJECT = text("access_user", "subject");
        public static final Field<String> ROLE = text("access_user", "role");
        public static final Field<String> CUSTOM_ROLE = text("access_user", "custom_role");
        public static final Field<Boolean> ENABLED = truth("access_user", "enabled");
        public static final Field<Long> CREATED_AT = number("access_user", "created_at");
        public static final Field<Long> LAST_LOGIN_AT = number("access_user", "last_login_at");
        public static final Field<Long> REVISION = number("access_user", "revision");
    }

    /** {@code webhook} */
    public static final class Webhook {
        private Webhook() {}

        public static final Table<Record> TABLE = table(name("webhook"));
        public static final Field<String> ID = text("webhook", "id");
        public static final Field<String> ACCOUNT = text("webhook", "account");
        public static final Field<String> NAME = text("webhook", "name");
        public static final Field<String> URL = text("webhook", "url");
        public static final Field<String> KINDS = text("webhook", "kinds");
        public static final Field<Boolean> ENABLED = truth("webhook", "enabled");
        public static final Field<Long> MAX_ATTEMPTS = number("webhook", "max_attempts");
        public static final Field<String> DATA_KEY = text("webhook", "data_key");
        public static final Field<String> SECRET = text("webhook", "secret");
        public static final Field<String> OLD_SECRET = text("webhook", "old_secret");
        public static final Field<Long> OLD_SECRET_UNTIL = number("webhook", "old_secret_until");
        public static final Field<Long> POSITION = number("webhook", "position");
        public static final Field<Long> CREATED_AT = number("webhook", "created_at");
        public static final Field<Long> REVISION = number("webhook", "revision");
    }

    /** {@code webhook_delivery} */
    public static final class WebhookDelivery {
        private WebhookDelivery() {}

        public static final Table<Record> TABLE = table(name("webhook_delivery"));
        public static final Field<String> ID = text("webhook_delivery", "id");
        public static final Field<String> WEBHOOK = text("webhook_delivery", "webhook");
        public static final Field<Long> EVENT_SEQ = number("webhook_delivery", "event_seq");
        public static final Field<String> KIND = text("webhook_delivery", "kind");
        public static final Field<String> SUBJECT = text("webhook_delivery", "subject");
        public static final Field<String> STATE = text("webhook_delivery", "state");
        public static final Field<Long> ATTEMPTS = number("webhook_delivery", "attempts");
        public static final Field<Long> NEXT_AT = number("webhook_delivery", "next_at");
        public static final Field<Long> LAST_STATUS = number("webhook_delivery", "last_status");
        public static final Field<String> LAST_ERROR = text("webhook_delivery", "last_error");
        public static final Field<Long> CREATED_AT = number("webhook_delivery", "created_at");
        public static final Field<Long> CHANGED_AT = number("webhook_delivery", "changed_at");
    }

    /** {@code operation} */
    public static final class Operation {
        private Operation() {}

        public static final Table<Record> TABLE = table(name("operation"));
        public static final Field<String> ID = text("operation", "id");
        public static final Field<String> ACCOUNT = text("operation", "account");
        public static final Field<String> ACTOR = text("operation", "actor");
        public static final Field<String> KIND = text("operation", "kind");
        public static final Field<String> SUBJECT = text("operation", "subject");
        public static final Field<String> STATE = text("operation", "state");
        public static final Field<Long> TOTAL = number("operation", "total");
        public static final Field<Long> DONE = number("operation", "done");
        public static final Field<Long> FAILED = number("operation", "failed");
        public static final Field<String> DETAIL = text("operation", "detail");
        public static final Field<Long> CREATED_AT = number("operation", "created_at");
        public static final Field<Long> CHANGED_AT = number("operation", "changed_at");
    }

    /** {@code esim_profile} */
    public static final class EsimProfile {
        private EsimProfile() {}

        public static final Table<Record> TABLE = table(name("esim_profile"));
        public static final Field<String> ICCID = text("esim_profile", "iccid");
        public static final Field<String> DATA_KEY = text("esim_profile", "data_key");
        public static final Field<String> SEALED = text("esim_profile", "sealed");
        public static final Field<String> CODE_HASH = text("esim_profile", "code_hash");
        public static final Field<String> STATE = text("esim_profile", "state");
        public static final Field<Long> CHANGED_AT = number("esim_profile", "changed_at");
        public static final Field<Long> REVISION = number("esim_profile", "revision");
    }

    /** {@code geofence} */
    public static final class Geofence {
        private Geofence() {}

        public static final Table<Record> TABLE = table(name("geofence"));
        public static final Field<String> ID = text("geofence", "id");
        public static final Field<String> ACCOUNT = text("geofence", "account");
        public static final Field<String> NAME = text("geofence", "name");
        public static final Field<String> FENCE = text("geofence", "fence");
        public static final Field<Long> CREATED_AT = number("geofence", "created_at");
        public static final Field<Long> REVISION = number("geofence", "revision");
    }

    /** {@code operation_report} */
    public static final class OperationReport {
        private OperationReport() {}

        public static final Table<Record> TABLE = table(name("operation_report"));
        public static final Field<String> OPERATION = text("operation_report", "operation");
        public static final Field<Long> FIRST_PART = number("operation_report", "first_part");
        public static final Field<Long> PARTS = number("operation_report", "parts");
        public static final Field<String> REPORT = text("operation_report", "report");
    }
}
