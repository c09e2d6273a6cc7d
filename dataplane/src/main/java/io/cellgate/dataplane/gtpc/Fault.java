package io.cellgate.dataplane.gtpc;

/**
 * What is wrong with a message, with the information element that is to blame where one is.
 *
 * @param ieType   the element's type, or 0 where the whole message is meant
 * @param instance its instance in GTPv2, which one of its type it is in GTPv1
 * @param detail   what was got and what was expected
 */
public record Fault(SignallingFault reason, int ieType, int instance, String detail) {
    static Fault ofMessage(SignallingFault reason, String detail) {
        return new Fault(reason, 0, 0, detail);
    }

    @Override
    public String toString() {
        return ieType == 0 ? detail : "IE " + ieType + "/" + instance + ": " + detail;
    }
}
