package io.cellgate.control.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.Locale;

/** The {@link OpenApi} document as the contract of the API: what it offers, and the judge of its requests. */
public final class Contract {
    static final long DEFAULT_MAX_BODY = 1 << 20;

    private final JsonObject document;
    private final OpenAPIContract contract;

    private Contract(JsonObject document, OpenAPIContract contract) {
        this.document = document;
        this.contract = contract;
    }

    /** Reads the parts and has vertx-openapi check them against OpenAPI's own schema. Blocks; not for an event loop. */
    public static Contract load(Vertx vertx) {
        JsonObject document = OpenApi.read();
        OpenAPIContract contract = OpenAPIContract.from(vertx, requestsOnly(document.copy()))
                .toCompletionStage().toCompletableFuture().join();
        return new Contract(document, contract);
    }

    /**
     * vertx-openapi takes few media types, and wants those of answers and uploads too, though it never sees them
     * here: it gets the document without them.
     */
    private static JsonObject requestsOnly(JsonObject copy) {
        for (String path : copy.getJsonObject("paths").fieldNames()) {
            JsonObject item = copy.getJsonObject("paths").getJsonObject(path);
            for (String method : item.fieldNames()) {
                if (item.getValue(method) instanceof JsonObject operation) {
                    operation.put("responses", new JsonObject().put("default",
                            new JsonObject().put("description", "see the served document")));
                    if (operation.getBoolean("x-streamed", false)) {
                        operation.remove("requestBody");
                    }
                }
            }
        }
        copy.remove("servers");
        copy.getJsonObject("components").remove("responses");
        return copy;
    }

    /** As it is served. */
    public JsonObject document() {
        return document;
    }

    List<Operation> operations() {
        return contract.operations();
    }

    OpenAPIContract openApi() {
        return contract;
    }

    /** The operation as the served document has it, with its extensions. */
    JsonObject described(Operation operation) {
        return document.getJsonObject("paths").getJsonObject(operation.getOpenAPIPath())
                .getJsonObject(operation.getHttpMethod().name().toLowerCase(Locale.ROOT));
    }

    public List<String> operationIds() {
        return contract.operations().stream().map(Operation::getOperationId).sorted().toList();
    }
}
