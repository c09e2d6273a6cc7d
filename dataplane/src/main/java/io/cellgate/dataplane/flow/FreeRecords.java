package io.cellgate.dataplane.flow;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which of a {@link FlowTable}'s records no flow has: those that were used before, kept in themselves, and then those that never were.
 *
 * <p>A list runs through some of the free records, and each that stands in it holds the numbers of up to six others. So the records
 * that flows will get next can be read at once, not one through the other, and the list takes no memory of its own.
 *
 * <pre>
 *  0 the numbers that it holds   24 (the flow table's)   28 how many   32 next in the list
 * </pre>
 */
final class FreeRecords {
    private static final int NONE = FlowTable.NONE;
    private static final int HELD_MOST = FlowTable.SESSION / Integer.BYTES;
    private static final int HELD = 28;
    private static final int NEXT = 32;

    private final UnsafeBuffer records;
    /** The first of the list. */
    private int first = NONE;
    /** Records from this one on have never been used. */
    private int unused;

    FreeRecords(UnsafeBuffer records) {
        this.records = records;
    }

    /** A record for a flow; there must be one. */
    int take() {
        if (first == NONE) {
            return unused++;
        }
        int count = count(first);
        if (count > 0) {
            records.putInt(at(first) + HELD, count - 1);
            return held(first, count - 1);
        }
        int taken = first;
        first = next(first);
        return taken;
    }

    /** A record's flow has ended. */
    void give(int record) {
        int count = first == NONE ? HELD_MOST : count(first);
        if (count < HELD_MOST) {
            records.putInt(at(first) + count * Integer.BYTES, record);
            records.putInt(at(first) + HELD, count + 1);
        } else {
            records.putInt(at(record) + HELD, 0);
            records.putInt(at(record) + NEXT, first);
            first = record;
        }
    }

    /** The records that will be taken next, as far as these were used before; returns how many. */
    int upcoming(int[] into, int atMost) {
        int found = 0;
        for (int record = first; record != NONE && found < atMost; record = next(record)) {
            for (int i = count(record) - 1; i >= 0 && found < atMost; i--) {
                into[found++] = held(record, i);
            }
            if (found < atMost) {
                into[found++] = record;
            }
        }
        return found;
    }

    private static int at(int record) {
        return record * FlowTable.FIRST_OCTETS;
    }

    private int count(int record) {
        return records.getInt(at(record) + HELD);
    }

    private int held(int record, int index) {
        return records.getInt(at(record) + index * Integer.BYTES);
    }

    private int next(int record) {
        return records.getInt(at(record) + NEXT);
    }
}
