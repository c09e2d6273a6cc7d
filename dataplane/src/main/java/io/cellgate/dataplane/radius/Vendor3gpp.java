package io.cellgate.dataplane.radius;

/** The attributes that 3GPP has added to RADIUS, by their type: TS 29.061 §16.4.7.2. */
final class Vendor3gpp {
    static final int ID = 10_415;

    static final int IMSI = 1;
    /** One character: the EPS bearer identity or NSAPI. */
    static final int NSAPI = 10;
    /** Of the last bearer of the connection. */
    static final int SESSION_STOP_INDICATOR = 11;
    static final int SGSN_MCC_MNC = 18;
    static final int IMEISV = 20;
    static final int RAT_TYPE = 21;
    static final int USER_LOCATION_INFO = 22;
    static final int MS_TIME_ZONE = 23;

    private Vendor3gpp() {}
}
