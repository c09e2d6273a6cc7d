package io.cellgate.dataplane.session;

import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.subject.MobileCountryCode;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The facts of a session that policies may ask of, as they stay the same until signalling learns something new. */
public final class SessionFacts {
    private static final long SECONDS_PER_DAY = 86_400;

    private SessionFacts() {}

    public static Facts of(Subscriber subscriber, AttachRequest request) {
        Facts facts = Facts.forSession();
        facts.set(Field.SIM_ICCID, subscriber.iccid().digits());
        facts.set(Field.SIM_IMSI, subscriber.imsi().digits());
        set(facts, Field.SIM_MSISDN, subscriber.msisdn());
        set(facts, Field.SIM_EID, subscriber.eid());
        facts.set(Field.SIM_ACCOUNT, subscriber.account());
        set(facts, Field.SIM_FLEET, subscriber.fleet());
        facts.set(Field.SIM_STATUS, subscriber.status());
        facts.setEmpty(Field.SIM_TAGS);
        subscriber.tags()
                .forEach((name, value) -> facts.addString(Field.SIM_TAGS, name + "=" + value));
        set(facts, Field.SIM_IMEI_CHANGED, subscriber.imeiChanged());
        set(facts, Field.LOCATION_IN_FENCE, subscriber.inFence());
        if (request.imei() != null) {
            facts.set(Field.SIM_IMEI, request.imei().withCheckDigit());
            facts.set(Field.SIM_IMEI_TAC, request.imei().tac());
            if (request.imei().softwareVersion() != null) {
                facts.set(Field.SIM_IMEISV, request.imei().digits());
            }
        }
        facts.set(Field.SESSION_APN, request.apn());
        if (request.rat() != null) {
            facts.set(Field.SESSION_RAT, request.rat().text());
        }
        facts.set(Field.SESSION_PDN_TYPE, request.pdnType().name().toLowerCase(Locale.ROOT));
        facts.set(Field.SESSION_CARRIER, request.carrier().id());
        UserLocation location = request.location();
        if (location.plmn() != null) {
            facts.set(Field.LOCATION_PLMN, location.plmn().toString());
            facts.set(Field.LOCATION_MCC, location.plmn().mcc());
            facts.set(Field.LOCATION_MNC, location.plmn().mnc());
            set(facts, Field.LOCATION_COUNTRY,
                    MobileCountryCode.country(location.plmn().mcc()));
        }
        set(facts, Field.LOCATION_TAC, location.tac());
        set(facts, Field.LOCATION_LAC, location.lac());
        set(facts, Field.LOCATION_CELL, location.cell());
        return facts;
    }

    /**
     * Sets the clock's facts. Where the device's time zone is not known its local time is not either, and the day of
     * the week is UTC's.
     */
    public static void addTime(Facts facts, long epochMillis, @Nullable ZoneOffset timeZone) {
        long seconds = Math.floorDiv(epochMillis, 1000L);
        facts.set(Field.TIME_UTC, Math.floorMod(seconds, SECONDS_PER_DAY));
        if (timeZone != null) {
            seconds += timeZone.getTotalSeconds();
            facts.set(Field.TIME_LOCAL, Math.floorMod(seconds, SECONDS_PER_DAY));
        }
        long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
        facts.set(Field.TIME_WEEKDAY, 1 + Math.floorMod(days + 3, 7L)); // 1970-01-01 was a Thursday
    }

    private static void set(Facts facts, Field field, @Nullable String value) {
        if (value != null) {
            facts.set(field, value);
        }
    }

    private static void set(Facts facts, Field field, @Nullable Boolean value) {
        if (value != null) {
            facts.set(field, value.booleanValue());
        }
    }

    private static void set(Facts facts, Field field, @Nullable Integer value) {
        if (value != null) {
            facts.set(field, value.longValue());
        }
    }
}
