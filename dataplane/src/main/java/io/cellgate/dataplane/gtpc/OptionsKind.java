package io.cellgate.dataplane.gtpc;

/** The information element in which protocol configuration options came, and in which they are answered. */
public enum OptionsKind {
    /** Protocol Configuration Options, TS 29.274 §8.13 and TS 29.060 §7.7.31. */
    PCO,
    /** Additional Protocol Configuration Options, TS 29.274 §8.94. */
    APCO,
    /** Extended Protocol Configuration Options, TS 29.274 §8.128: devices of NB-IoT and later. */
    EPCO
}
