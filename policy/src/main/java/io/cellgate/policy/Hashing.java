package io.cellgate.policy;

/** The mixing of hashes that the tables of names and strings share. */
final class Hashing {
    private Hashing() {}

    /** Makes every bit depend on all others (the finalizer of MurmurHash3). */
    static int spread(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= 0x85eb_ca6b;
        h ^= h >>> 13;
        h *= 0xc2b2_ae35;
        h ^= h >>> 16;
        return h;
    }
}
