package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of one message and keeps the first fault that it finds. What a fault does depends on whether
 * the message needs the element (TS 29.274 §7.7.6 to §7.7.10):
 *
 * <pre>
 *                        mandatory or needed         optional
 *   absent               missing                     null
 *   too short            length invalid              null, as if absent
 *   not such a value     incorrect                   null, as if absent
 *   too long             the octets after its end are ignored
 *   repeated             the first one counts
 *   of unknown type      ignored
 * </pre>
 */
final class IeReader {
    private final List<Ie> ies;
    private @Nullable Fault fault;

    IeReader(List<Ie> ies, @Nullable Fault fault) {
        this.ies = ies;
        this.fault = fault;
    }

    @Nullable
    Fault fault() {
        return fault;
    }

    <T> Decoded<T> bad() {
        Fault found = fault;
        if (found == null) {
            throw new IllegalStateException("asked for a fault where none was found");
        }
        return Decoded.bad(found);
    }

    <T> @Nullable T mandatory(IeType<T> type, int instance) {
        return needed(SignallingFault.MANDATORY_IE_MISSING, type, instance);
    }

    /** An element that its clause calls conditional, in a message that meets the condition. */
    <T> @Nullable T conditional(IeType<T> type, int instance) {
        return needed(SignallingFault.CONDITIONAL_IE_MISSING, type, instance);
    }

    private <T> @Nullable T needed(SignallingFault ifMissing, IeType<T> type, int instance) {
        Ie ie = find(type, instance);
        if (ie == null) {
            blame(ifMissing, type, instance, type.name() + " is missing");
            return null;
        }
        if (ie.value().length() < type.minLength()) {
            blame(SignallingFault.IE_LENGTH_INVALID, type, instance, type.name() + " has "
                    + ie.value().length() + " octets, expected at least " + type.minLength());
            return null;
        }
        T value = type.decoder().apply(ie.value());
        if (value == null) {
            blame(SignallingFault.IE_INCORRECT, type, instance, type.name() + " cannot be "
                    + shortened(ie.value()));
        }
        return value;
    }

    <T> @Nullable T optional(IeType<T> type, int instance) {
        Ie ie = find(type, instance);
        return ie == null || ie.value().length() < type.minLength()
                ? null
                : type.decoder().apply(ie.value());
    }

    /** Every element of this kind that can be read. */
    <T> List<T> repeated(IeType<T> type, int instance) {
        List<T> values = new ArrayList<>();
        for (Ie ie : ies) {
            if (ie.type() == type.code() && ie.instance() == instance
                    && ie.value().length() >= type.minLength()) {
                T value = type.decoder().apply(ie.value());
                if (value != null) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    void blame(SignallingFault reason, IeType<?> type, int instance, String detail) {
        if (fault == null) {
            fault = new Fault(reason, type.code(), instance, detail);
        }
    }

    /** Takes over what a reader of a grouped element found. */
    void blame(@Nullable Fault inner) {
        if (fault == null) {
            fault = inner;
        }
    }

    private @Nullable Ie find(IeType<?> type, int instance) {
        for (Ie ie : ies) {
            if (ie.type() == type.code() && ie.instance() == instance) {
                return ie;
            }
        }
        return null;
    }

    private static String shortened(Octets value) {
        return value.length() <= 24 ? value.toString() : value.slice(0, 24) + "…";
    }
}
