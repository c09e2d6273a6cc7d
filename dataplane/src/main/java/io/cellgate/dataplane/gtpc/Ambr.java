package io.cellgate.dataplane.gtpc;

/** Aggregate Maximum Bit Rate, TS 29.274 §8.7: unsigned 32 bits each, in kbit/s. */
public record Ambr(int upKbps, int downKbps) {
    static Ambr decode(Octets octets) {
        return new Ambr(octets.i32(0), octets.i32(4));
    }
}
