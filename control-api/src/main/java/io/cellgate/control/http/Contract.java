package io.cellgate.control.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document: what the API offers, and the judge of its requests. It is kept in parts, one for each
 * group of resources, and put together when the process starts. Beside the standard's members an operation has
 * <ul>
 * <li>{@code x-role}: the least role that may call it,
 * <li>{@code x-max-body}: the most octets that its body may have (1 MiB where it is missing),
 * <li>{@code x-streamed}: its body is an upload, read and judged line by line.
 * </ul>
 */
public final class Contract {
    static final long DEFAULT_MAX_BODY = 1 << 20;
    private static final List<String> PARTS = List.of("base", "access", "network", "ordering",
            "sims", "policies", "logs", "traffic", "usage", "operations");

    private final JsonObject document;
    private final OpenAPIContract contract;

    private Contract(JsonObject document, OpenAPIContract contract) {
        this.document = document;
        this.contract = contract;
    }

    /** Reads the parts and has vertx-openapi check them against OpenAPI's own schema. Blocks; not for an event loop. */
    public static Contract load(Vertx vertx) {
        JsonObject document = new JsonObject();
        for (String part : PARTS) {
            document.mergeIn(readPart(part), true);
        }
        OpenAPIContract contract = OpenAPIContract.from(vertx, requestsOnly(document.copy()))
                .toCompletionStage().toCompletableFuture().join();
        return new Contract(document, contract);
    }

    private static JsonObject readPart(String part) {
        try (InputStream in = Contract.class
                .getResourceAsStream("/io/cellgate/control/openapi/" + part + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the OpenAPI document lacks its part " + part);
            }
            Map<String, Object> map = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return new JsonObject(map).copy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
