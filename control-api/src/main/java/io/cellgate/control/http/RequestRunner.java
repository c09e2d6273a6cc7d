package io.cellgate.control.http;

import io.cellgate.inventory.account.Permission;
import io.cellgate.inventory.account.Role;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a request through its stations: who asks, may they, is it as described, the endpoint, the answer. On a
 * virtual thread each, a bounded number at once. A body is read only after the asker is known.
 */
final class RequestRunner {
    private static final Logger log = LoggerFactory.getLogger(RequestRunner.class);
    private static final int MOST_AT_ONCE = 512;
    private static final int MOST_OF_ONE = 128;

    private final Authentication authentication;
    private final LoginThrottle throttle = new LoginThrottle();
    private final RateLimits rates;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final AccountShares shares = new AccountShares(MOST_OF_ONE);
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("api-", 0).factory());

    RequestRunner(Authentication authentication, RateLimits rates) {
        this.authentication = authentication;
        this.rates = rates;
    }

    /** On the event loop. */
    void accept(RoutingContext context, OperationRoute route) {
        HttpServerRequest request = context.request();
        String requestId = Long.toHexString(ThreadLocalRandom.current().nextLong() | 1L << 63);
        BodyStream body = new BodyStream(request, context.vertx().getOrCreateContext(),
                route.maxBody());
        Map<String, String> path = Map.copyOf(context.pathParams());
        MultiMap query = context.queryParams();
        if (!places.tryAcquire()) {
            refuse(request, requestId, Problem.of(ProblemType.OVERLOADED,
                    MOST_AT_ONCE + " requests are being answered, try again").problem(), body);
            return;
        }
        threads.execute(() -> {
            try {
                run(request, requestId, path, query, route, body);
            } finally {
                places.release();
            }
        });
    }

    private void run(HttpServerRequest request, String requestId, Map<String, String> path,
            MultiMap queryText, OperationRoute route, BodyStream body) {
        try {
            Principal principal = admit(request, route);
            if (!shares.tryAcquire(principal.account())) {
                throw Problem.of(ProblemType.OVERLOADED, MOST_OF_ONE
                        + " requests of this account are being answered, try again");
            }
            try {
                Answer answer = route.endpoint()
                        .answer(judged(request, path, queryText, route, principal, body));
                send(request, requestId, isKnown(request, answer)
                        ? answer.notModified()
                        : answer, body);
            } finally {
                shares.release(principal.account());
            }
        } catch (ProblemException problem) {
            if (route.role() == null
                    && problem.problem().type() == ProblemType.UNAUTHENTICATED) {
                throttle.failed(request.remoteAddress().hostAddress(), System.nanoTime());
            }
            refuse(request, requestId, problem.problem(), body);
        } catch (IOException broken) {
            log.debug("request {} {} broke off", requestId, route.id(), broken);
            refuse(request, requestId, Problem.of(ProblemType.INVALID_REQUEST,
                    "the body broke off or came too slowly").problem(), body);
        } catch (Exception | StackOverflowError bug) {
            log.error("request {} {} failed", requestId, route.id(), bug);
            refuse(request, requestId, Problem.of(ProblemType.INTERNAL,
                    "the request failed; the gateway's log says more under its id").problem(),
                    body);
        }
    }

    /** Who asks, if they may ask this, and now. */
    private Principal admit(HttpServerRequest request, OperationRoute route) {
        String address = request.remoteAddress().hostAddress();
        long now = System.nanoTime();
        Role needed = route.role();
        if (needed == null && HttpMethod.GET.equals(request.method())) {
            return Principal.NOBODY;
        }
        long wait = throttle.secondsToWait(address, now);
        if (wait > 0) {
            request.response().putHeader("Retry-After", Long.toString(wait));
            throw Problem.of(ProblemType.TOO_MANY_ATTEMPTS, "got " + LoginThrottle.MOST_FAILURES
                    + " failed attempts from " + address + ", try again in " + wait + " s");
        }
        if (needed == null) {
            return Principal.NOBODY;
        }
        Principal principal = authenticate(request, address, now);
        if (!principal.role().includes(needed)) {
            throw Problem.of(ProblemType.FORBIDDEN, "got a token with role "
                    + text(principal.role()) + ", expected at least " + text(needed));
        }
        Permission scope = route.scope();
        if (scope != null && !principal.grant().names(scope)) {
            throw Problem.of(ProblemType.FORBIDDEN, "got a token with scopes "
                    + principal.grant().scopes() + ", expected one that covers " + scope);
        }
        RateLimits.Standing standing = rates.take(principal, now);
        if (standing != null) {
            standing.headers().forEach(request.response()::putHeader);
            if (!standing.admitted()) {
                throw Problem.of(ProblemType.RATE_LIMITED,
                        "got more than " + standing.perSecond() + " requests a second of this "
                                + standing.whose() + ", try again in " + standing.resetSeconds()
                                + " s");
            }
        }
        return principal;
    }

    private Principal authenticate(HttpServerRequest request, String address, long now) {
        String header = request.getHeader("Authorization");
        if (header == null) {
            throw Problem.of(ProblemType.UNAUTHENTICATED,
                    "got no Authorization header, expected \"Authorization: Bearer TOKEN\"");
        }
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throttle.failed(address, now);
            throw Problem.of(ProblemType.UNAUTHENTICATED,
                    "got another kind of authorization, expected \"Authorization: Bearer TOKEN\"");
        }
        Principal principal = authentication.authenticate(header.substring(7).strip(), address);
        if (principal == null) {
            throttle.failed(address, now);
            throw Problem.of(ProblemType.UNAUTHENTICATED,
                    "the token is unknown, expired, revoked or not for this address");
        }
        return principal;
    }

    private static String text(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static Call judged(HttpServerRequest request, Map<String, String> path,
            MultiMap queryText, OperationRoute route, Principal principal, BodyStream body)
            throws IOException {
        List<Fault> faults = new ArrayList<>();
        RequestJudge judge = route.judge();
        var _ = judge.path(path, faults);
        judge.headers(request.headers(), faults);
        Map<String, Object> query = judge.query(queryText, faults);
        body.start();
        JsonObject json = new JsonObject();
        if (!route.streamed()) {
            byte[] octets = body.readWhole();
            Object value = octets.length == 0 ? null : parse(request, judge, octets, faults);
            if (octets.length == 0 || value != null) {
                judge.body(value, faults);
            }
            if (value instanceof JsonObject object) {
                json = object;
            }
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return new Call(route.id(), String.valueOf(request.path()), principal, path, query,
                request.headers(), json,
                body);
    }

    private static @Nullable Object parse(HttpServerRequest request,
            RequestJudge judge, byte[] octets, List<Fault> faults) {
        if (!judge.takesJson()) {
            faults.add(Fault.body("", octets.length + " octets", "no body"));
            return null;
        }
        String type = request.getHeader("Content-Type");
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase(Answer.JSON)) {
            throw Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "got " + Fault.echo(type == null ? "no Content-Type" : type)
                            + ", expected application/json");
        }
        try {
            StrictJson.check(octets);
            Object value = Json.decodeValue(Buffer.buffer(octets));
            if (value == null) {
                faults.add(Fault.body("", "null", "a JSON object"));
            }
            return value;
        } catch (DecodeException | IOException notJson) {
            String said = notJson.getMessage() == null
                    ? ""
                    : notJson.getMessage().lines().findFirst().orElse("");
            faults.add(Fault.body("", Fault.echo(said), "JSON (RFC 8259)"));
            return null;
        }
    }

    /** Whether the asker has what was asked for already, as its tag says. */
    private static boolean isKnown(HttpServerRequest request, Answer answer) {
        String has = request.getHeader("If-None-Match");
        String tag = answer.headers().get("ETag");
        return HttpMethod.GET.equals(request.method()) && has != null && tag != null
                && EntityTag.isAmong(has, tag);
    }

    private void send(HttpServerRequest request, String requestId, Answer answer, BodyStream body) {
        HttpServerResponse response = request.response();
        response.setStatusCode(answer.status()).putHeader("X-Request-Id", requestId)
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(response::putHeader);
        closeIfUnread(response, body);
        Future<Void> _ = switch (answer.body()) {
            case null -> response.end();
            case Answer.Body.Whole whole -> response.putHeader("Content-Type", answer.mediaType())
                    .end(Buffer.buffer(Answer.bytes(whole)));
            case Answer.Body.Streamed streamed -> {
                response.putHeader("Content-Type", answer.mediaType()).setChunked(true);
                try (AnswerStream out = new AnswerStream(response)) {
                    streamed.writer().writeTo(out);
                    yield response.end();
                } catch (IOException | InterruptedException gone) {
                    log.debug("answer {} broke off", requestId, gone);
                    yield response.reset().mapEmpty();
                }
            }
        };
    }

    private void refuse(HttpServerRequest request, String requestId, Problem problem,
            BodyStream body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            Future<Void> _ = response.reset().mapEmpty();
            return;
        }
        response.setStatusCode(problem.type().status()).putHeader("X-Request-Id", requestId)
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .putHeader("Cache-Control", "no-store");
        if (problem.type() == ProblemType.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"cellgate\"");
        }
        closeIfUnread(response, body);
        Future<Void> _ = response.end(problem.toJson(requestId).encode());
    }

    /** What is left of an unread body would be taken for the next request: the connection ends with the answer. */
    private static void closeIfUnread(HttpServerResponse response, BodyStream body) {
        if (!body.ended()) {
            response.putHeader("Connection", "close");
            body.closeConnectionSoon();
        }
    }

    /** Takes no more requests and waits a while for those under way. */
    void drain() {
        try {
            var _ = places.tryAcquire(MOST_AT_ONCE, 5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
