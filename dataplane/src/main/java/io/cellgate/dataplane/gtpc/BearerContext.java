package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Bearer Context, TS 29.274 §8.28: a grouped element whose content depends on the message it is in.
 *
 * @param fTeids by instance; which endpoint an instance means differs from message to message
 */
public record BearerContext(int ebi, @Nullable CauseIe cause, List<Endpoint> fTeids,
        @Nullable BearerQos qos, @Nullable Integer chargingId) {

    /** A tunnel endpoint of the bearer. */
    public record Endpoint(int instance, FTeid fTeid) {}

    public BearerContext {
        fTeids = List.copyOf(fTeids);
    }

    public @Nullable FTeid fTeid(int instance) {
        for (Endpoint endpoint : fTeids) {
            if (endpoint.instance() == instance) {
                return endpoint.fTeid();
            }
        }
        return null;
    }

    /** Reads one of Create Session Request, whose QoS and SGW endpoint (instance 2) are needed. */
    static @Nullable BearerContext ofCreation(IeReader message) {
        Octets octets = message.mandatory(Gtp2Ie.BEARER_CONTEXT, 0);
        IeReader in = octets == null ? null : inside(octets);
        if (in == null) {
            return null;
        }
        Integer ebi = in.mandatory(Gtp2Ie.EBI, 0);
        BearerQos qos = in.mandatory(Gtp2Ie.BEARER_QOS, 0);
        FTeid sgw = in.conditional(Gtp2Ie.F_TEID, 2);
        message.blame(in.fault());
        return ebi == null || sgw == null
                ? null
                : new BearerContext(ebi, null, List.of(new Endpoint(2, sgw)), qos, null);
    }

    /** Reads one of a message that must have one, in which only the EBI is needed. */
    static @Nullable BearerContext ofCommand(IeReader message) {
        return message.mandatory(Gtp2Ie.BEARER_CONTEXT, 0) == null ? null : ofAny(message);
    }

    /** The bearers of all that a message has, as far as they can be read. */
    static List<Integer> ebis(IeReader message) {
        List<Integer> ebis = new ArrayList<>();
        for (Octets octets : message.repeated(Gtp2Ie.BEARER_CONTEXT, 0)) {
            Integer ebi = inside(octets).optional(Gtp2Ie.EBI, 0);
            if (ebi != null) {
                ebis.add(ebi);
            }
        }
        return ebis;
    }

    /** Reads one of a message in which only the EBI is needed; null where the message has none. */
    static @Nullable BearerContext ofAny(IeReader message) {
        Octets octets = message.optional(Gtp2Ie.BEARER_CONTEXT, 0);
        IeReader in = octets == null ? null : inside(octets);
        if (in == null) {
            return null;
        }
        Integer ebi = in.mandatory(Gtp2Ie.EBI, 0);
        List<Endpoint> fTeids = new ArrayList<>();
        for (int instance = 0; instance < 16; instance++) {
            FTeid fTeid = in.optional(Gtp2Ie.F_TEID, instance);
            if (fTeid != null) {
                fTeids.add(new Endpoint(instance, fTeid));
            }
        }
        message.blame(in.fault());
        return ebi == null
                ? null
                : new BearerContext(ebi, in.optional(Gtp2Ie.CAUSE, 0), fTeids,
                        in.optional(Gtp2Ie.BEARER_QOS, 0), in.optional(Gtp2Ie.CHARGING_ID, 0));
    }

    private static IeReader inside(Octets octets) {
        List<Ie> ies = new ArrayList<>();
        Fault broken = Gtp2Message.split(octets, ies);
        return new IeReader(ies, broken);
    }
}
