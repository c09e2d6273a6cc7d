package io.cellgate.control.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Operation;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: one route for each operation of the contract, and problem documents for all else. */
public final class ApiServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
    private static final int LONGEST_URL = 8192;
    private static final int LONGEST_HEADERS = 16_384;

    private final Vertx vertx;
    private final HttpServer server;
    private final RequestRunner runner;

    /**
     * Where it listens and how it is protected.
     *
     * @param address     loopback, or any other together with a certificate
     * @param port        0: any free one
     * @param certificate PEM file with the certificate chain, or null
     * @param key         PEM file with its private key, or null
     */
    public record Binding(String address, int port, @Nullable String certificate,
            @Nullable String key) {
        public Binding {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException(
                        "API port: got " + port + ", expected 0 to 65535");
            }
            if ((certificate == null) != (key == null)) {
                throw new IllegalArgumentException("API TLS: got only the "
                        + (key == null ? "certificate" : "key")
                        + ", expected a certificate file and a key file");
            }
            if (certificate == null && !isLoopback(address)) {
                throw new IllegalArgumentException("API address: got " + address
                        + " without TLS, expected a loopback address, or a certificate and a key (--api-cert, --api-key)");
            }
        }

        boolean tls() {
            return certificate != null;
        }

        private static boolean isLoopback(String address) {
            try {
                return InetAddress.getByName(address).isLoopbackAddress();
            } catch (UnknownHostException unknown) {
                throw new IllegalArgumentException("API address: got " + address
                        + ", expected an address of this host", unknown);
            }
        }
    }

    private ApiServer(Vertx vertx, HttpServer server, RequestRunner runner) {
        this.vertx = vertx;
        this.server = server;
        this.runner = runner;
    }

    /** Starts it; blocks until it listens. The contract and the endpoints have to name the same operations. */
    public static ApiServer start(Vertx vertx, Contract contract, Endpoints endpoints,
            Authentication authentication, RateLimits rates, Binding binding) {
        for (String id : endpoints.operationIds()) {
            if (!contract.operationIds().contains(id)) {
                throw new IllegalStateException("the contract has no operation " + id);
            }
        }
        RequestRunner runner = new RequestRunner(authentication, rates);
        Connections connections = new Connections(vertx);
        Router router = Router.router(vertx);
        router.route().handler(connections::track);
        List<Operation> operations = contract.operations().stream()
                // /flows/export is not the flow of the id "export"
                .sorted(Comparator.comparing(each -> each.getOpenAPIPath().indexOf('{') >= 0))
                .toList();
        for (Operation operation : operations) {
            Endpoints.Endpoint endpoint = endpoints.get(operation.getOperationId());
            if (endpoint == null) {
                throw new IllegalStateException(
                        "nothing answers operation " + operation.getOperationId());
            }
            OperationRoute route = new OperationRoute(operation, contract, endpoint);
            router.route(operation.getHttpMethod(), route.vertxPath())
                    .handler(context -> runner.accept(context, route));
        }
        router.errorHandler(404, context -> refuse(context, Problem.of(ProblemType.NOT_FOUND,
                "there is nothing at " + Fault.echo(context.request().path()))));
        router.errorHandler(405, context -> refuse(context,
                Problem.of(ProblemType.METHOD_NOT_ALLOWED,
                        "got " + context.request().method() + " for "
                                + Fault.echo(context.request().path()))));
        router.errorHandler(400, context -> refuse(context,
                Problem.of(ProblemType.INVALID_REQUEST, "the request line cannot be read")));
        router.errorHandler(500, context -> {
            log.error("routing failed", context.failure());
            refuse(context, Problem.of(ProblemType.INTERNAL, "the request could not be routed"));
        });
        HttpServer server = vertx.createHttpServer(options(binding)).requestHandler(router)
                .connectionHandler(connections::opened)
                .invalidRequestHandler(
                        request -> respond(request.response(), Problem.of(
                                ProblemType.INVALID_REQUEST,
                                "the request cannot be read, or its line or headers are too long")));
        try {
            server.listen().toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IllegalArgumentException("API address: got " + binding.address() + ":"
                    + binding.port() + ", cannot listen there: " + cause.getMessage(), cause);
        }
        return new ApiServer(vertx, server, runner);
    }

    private static HttpServerOptions options(Binding binding) {
        HttpServerOptions options = new HttpServerOptions().setHost(binding.address())
                .setPort(binding.port()).setMaxInitialLineLength(LONGEST_URL)
                .setMaxHeaderSize(LONGEST_HEADERS).setIdleTimeout(120)
                .setIdleTimeoutUnit(TimeUnit.SECONDS).setHandle100ContinueAutomatically(true)
                // HTTP/1.1 alone: a refused upload ends its connection, which HTTP/2 clients share
                .setHttp2ClearTextEnabled(false).setUseAlpn(false);
        String certificate = binding.certificate();
        String key = binding.key();
        if (certificate != null && key != null) {
            requireReadable("--api-cert", certificate);
            requireReadable("--api-key", key);
            options.setSsl(true).setKeyCertOptions(
                    new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key));
        }
        return options;
    }

    private static void requireReadable(String option, String file) {
        if (!Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException(
                    option + ": got " + file + ", expected a PEM file that can be read");
        }
    }

    private static void refuse(RoutingContext context, ProblemException problem) {
        respond(context.response(), problem);
    }

    private static void respond(HttpServerResponse response, ProblemException thrown) {
        Problem problem = thrown.problem();
        Future<Void> _ = response.setStatusCode(problem.type().status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE).putHeader("Connection", "close")
                .end(problem.toJson(null).encode());
    }

    public int port() {
        return server.actualPort();
    }

    /** Stops listening, waits for the requests under way, at most ten seconds. */
    @Override
    public void close() {
        runner.drain();
        try {
            server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException late) {
            log.warn("the API server did not close in time", late);
        }
    }

    Vertx vertx() {
        return vertx;
    }
}
