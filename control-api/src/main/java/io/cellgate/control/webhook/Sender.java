package io.cellgate.control.webhook;

import io.cellgate.inventory.webhook.DeliveryQueue.Attempt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one delivery. Redirects are not followed, nothing of the answer's body is read, each has a connection of its own. */
final class Sender {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_SECONDS = 15;

    private final Targets targets;
    private final HttpClient client;

    Sender(Vertx vertx, Targets targets) {
        this.targets = targets;
        client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false).setConnectTimeout(CONNECT_MILLIS)
                        .setMaxHeaderSize(16_384).setIdleTimeout(ANSWER_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS),
                new PoolOptions().setHttp1MaxSize(256));
    }

    /** Sends and waits for the answer's status; blocks. */
    Attempt send(String url, Map<String, String> headers, String body) throws InterruptedException {
        Targets.Target target;
        try {
            target = targets.resolve(url);
        } catch (UnknownHostException unknown) {
            return failed("the host's name does not resolve");
        } catch (Targets.Refused refused) {
            return failed("not sent: " + refused.getMessage());
        }
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(target.port(),
                        target.address().getHostAddress()))
                .setHost(target.host()).setPort(target.port()).setSsl(target.tls())
                .setURI(target.pathAndQuery()).setFollowRedirects(false);
        headers.forEach(options::putHeader);
        Future<Integer> status = client.request(options)
                .compose(request -> exchange(request, body));
        try {
            int code = status.toCompletionStage().toCompletableFuture()
                    .get(CONNECT_MILLIS / 1000 + ANSWER_SECONDS, TimeUnit.SECONDS);
            return code >= 200 && code < 300
                    ? new Attempt(true, code, null)
                    : new Attempt(false, code, code >= 300 && code < 400
                            ? "answered with a redirect, which is not followed"
                            : "answered with status " + code);
        } catch (TimeoutException late) {
            return failed("no answer within " + ANSWER_SECONDS + " s");
        } catch (ExecutionException broken) {
            Throwable cause = broken.getCause() == null ? broken : broken.getCause();
            return failed(cause instanceof TimeoutException
                    ? "no answer within " + ANSWER_SECONDS + " s"
                    : shortened(cause));
        }
    }

    private static Future<Integer> exchange(HttpClientRequest request, String body) {
        Future<Integer> status = request.send(Buffer.buffer(body)).map(answer -> {
            int code = answer.statusCode();
            answer.pause();
            return code;
        }).timeout(ANSWER_SECONDS, TimeUnit.SECONDS);
        return status.onComplete(_ -> {
            var _ = request.connection().close();
        });
    }

    private static Attempt failed(String why) {
        return new Attempt(false, null, why);
    }

    /** What went wrong on the way, without the words of the other side. */
    private static String shortened(Throwable cause) {
        String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        String text = cause.getClass().getSimpleName() + message;
        return text.length() > 200 ? text.substring(0, 200) : text;
    }

    void close() {
        client.close().toCompletionStage().toCompletableFuture().join();
    }
}
