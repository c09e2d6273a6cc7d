package io.cellgate.dataplane.signalling;

/** A version of GTP-C. */
public enum GtpVersion {
    V1(1), V2(2);

    private final int number;

    GtpVersion(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
