package io.cellgate.control.access;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person's browser at a provider: follows redirects, keeps cookies, fills in the forms, as one person. */
public final class Browser implements AutoCloseable {
    private static final Pattern ACTION = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
    private static final Pattern PROMPT = Pattern.compile("name=\"prompt\" value=\"([^\"]+)\"");

    private final String person;
    private final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NEVER).build();

    public Browser(String person) {
        this.person = person;
    }

    /** Where the provider sends the browser in the end. */
    public URI follow(String authorizationUrl, String backTo)
            throws IOException, InterruptedException {
        URI at = URI.create(authorizationUrl);
        HttpResponse<String> answer = get(at);
        for (int steps = 0; steps < 20; steps++) {
            if (answer.statusCode() / 100 == 3) {
                at = at.resolve(answer.headers().firstValue("Location").orElseThrow());
                if (at.toString().startsWith(backTo)) {
                    return at;
                }
                answer = get(at);
                continue;
            }
            Matcher action = ACTION.matcher(answer.body());
            Matcher prompt = PROMPT.matcher(answer.body());
            if (!action.find() || !prompt.find()) {
                break;
            }
            at = at.resolve(action.group(1));
            answer = http.send(HttpRequest.newBuilder(at)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("prompt=" + prompt.group(1)
                            + "&login=" + person + "&password=any"))
                    .build(), HttpResponse.BodyHandlers.ofString());
        }
        throw new AssertionError(at + " answered " + answer.statusCode() + " " + answer.body());
    }

    public HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        for (String pair : uri.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        http.close();
    }
}
