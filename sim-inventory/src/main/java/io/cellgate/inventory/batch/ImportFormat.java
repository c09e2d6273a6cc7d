package io.cellgate.inventory.batch;

/** How a manufacturer's file is written. */
public enum ImportFormat {
    /**
     * RFC 4180 in UTF-8, one SIM a line, none over several lines. The first line names the columns, in any order:
     * {@code iccid,imsi,msisdn,ki,opc,activation_code}; msisdn may be absent, so may ki and opc together; the last one is of
     * eSIM products, and must be there.
     */
    CSV,
    /** One JSON object a line, with the same names and strings as values. */
    NDJSON
}
