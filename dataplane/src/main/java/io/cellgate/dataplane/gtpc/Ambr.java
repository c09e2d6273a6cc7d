package io.cellgate.dataplane.gtpc;

/** Aggregate Maximum Bit Rate, TS 29.274 §8.7: unsigned 32 bits each, in kbit/s. */
public record Ambr(int upKbps, int downKbps) {
    /** The same, but neither way more than so many bits a second. */
    public Ambr atMost(long bitsPerSecond) {
        long kbps = Math.max(1, bitsPerSecond / 1000);
        return new Ambr((int) Math.min(Integer.toUnsignedLong(upKbps), kbps),
                (int) Math.min(Integer.toUnsignedLong(downKbps), kbps));
    }

    static Ambr decode(Octets octets) {
        return new Ambr(octets.i32(0), octets.i32(4));
    }
}
