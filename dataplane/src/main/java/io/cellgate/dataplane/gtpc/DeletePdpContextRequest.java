package io.cellgate.dataplane.gtpc;

/**
 * Delete PDP Context Request, TS 29.060 §7.3.5, in either direction.
 *
 * @param teardown whether every context of the address goes, not only this one
 */
public record DeletePdpContextRequest(int nsapi, boolean teardown) {

    public static Decoded<DeletePdpContextRequest> decode(Gtp1Message message) {
        IeReader in = message.reader();
        Integer nsapi = in.mandatory(Gtp1Ie.NSAPI, 0);
        Integer teardown = in.optional(Gtp1Ie.TEARDOWN, 0);
        return in.fault() != null || nsapi == null
                ? in.bad()
                : Decoded.good(
                        new DeletePdpContextRequest(nsapi, teardown != null && teardown == 1));
    }
}
