package io.cellgate.dataplane.atlas;

import io.cellgate.policy.AddressMap;
import io.cellgate.policy.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values by address; equal ones are kept once. Immutable. */
final class AddressValues<T> {
    /** The value of a range is an index among the values. */
    private final AddressMap ranges;
    private final List<T> values;

    private AddressValues(AddressMap ranges, List<T> values) {
        this.ranges = ranges;
        this.values = List.copyOf(values);
    }

    @Nullable
    T find(long hi, long lo) {
        int index = ranges.find(hi, lo);
        return index == AddressMap.NONE ? null : values.get(index);
    }

    int size() {
        return ranges.size();
    }

    static final class Builder<T> {
        private final AddressMap.Builder ranges = new AddressMap.Builder();
        private final Map<T, Integer> indexes = new HashMap<>();
        private final List<T> values = new ArrayList<>();

        void add(IpAddress network, int length, T value) {
            int index = indexes.computeIfAbsent(value, fresh -> {
                values.add(fresh);
                return values.size() - 1;
            });
            ranges.add(network, length, index);
        }

        int size() {
            return ranges.size();
        }

        AddressValues<T> build() {
            return new AddressValues<>(ranges.build(), values);
        }
    }
}
