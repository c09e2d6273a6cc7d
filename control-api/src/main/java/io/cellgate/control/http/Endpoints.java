package io.cellgate.control.http;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What answers each operation of the contract, by operationId. Filled while a process is put together. */
public final class Endpoints {
    /** Answers one operation. Runs on a virtual thread; a {@link ProblemException} is answered as its problem. */
    @FunctionalInterface
    public interface Endpoint {
        Answer answer(Call call) throws Exception;
    }

    private final Map<String, Endpoint> byOperation = new TreeMap<>();

    public Endpoints on(String operationId, Endpoint endpoint) {
        if (byOperation.putIfAbsent(operationId, endpoint) != null) {
            throw new IllegalStateException("two endpoints for " + operationId);
        }
        return this;
    }

    @Nullable
    Endpoint get(String operationId) {
        return byOperation.get(operationId);
    }

    public Set<String> operationIds() {
        return byOperation.keySet();
    }
}
