package io.cellgate.dataplane.gtpc;

/**
 * Bearer Resource Command as an SGW sends it to a PGW over S5/S8, TS 29.274 §7.2.5: a device asks for a bearer of its
 * own for some traffic, or for a change of one.
 *
 * @param linkedEbi            the default bearer of the connection
 * @param procedureTransaction the device's number for what it asked (PTI)
 */
public record BearerResourceCommand(int linkedEbi, int procedureTransaction) {

    public static Decoded<BearerResourceCommand> decode(Gtp2Message message) {
        IeReader in = message.reader();
        Integer linkedEbi = in.mandatory(Gtp2Ie.EBI, 0);
        Integer procedureTransaction = in.mandatory(Gtp2Ie.PTI, 0);
        return in.fault() != null || linkedEbi == null || procedureTransaction == null
                ? in.bad()
                : Decoded.good(new BearerResourceCommand(linkedEbi, procedureTransaction));
    }
}
