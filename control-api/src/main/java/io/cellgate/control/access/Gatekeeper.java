package io.cellgate.control.access;

import io.cellgate.control.http.Authentication;
import io.cellgate.control.http.Principal;
import io.cellgate.inventory.account.Network;
import io.cellgate.inventory.account.Token;
import io.cellgate.inventory.account.TokenStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.policy.IpAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets in who shows a token of the store from an address where it is valid. */
public final class Gatekeeper implements Authentication {
    private final TokenStore tokens;

    public Gatekeeper(TokenStore tokens) {
        this.tokens = tokens;
    }

    @Override
    public @Nullable Principal authenticate(String credential, String remoteAddress) {
        Token token = tokens.authenticate(credential);
        return token == null || !isWithin(token.networks(), remoteAddress)
                ? null
                : new Principal(token.id(), token.user(), token.grant(), token.account(),
                        token.requestsPerSecond(), token.accountRate());
    }

    private static boolean isWithin(List<Network> networks, String remoteAddress) {
        if (networks.isEmpty()) {
            return true;
        }
        int zone = remoteAddress.indexOf('%');
        IpAddress address = IpAddress
                .parse(zone < 0 ? remoteAddress : remoteAddress.substring(0, zone));
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    @Override
    public boolean holds(Principal principal) {
        String id = principal.token();
        return id != null
                && tokens.find(principal.scope(), id) instanceof Outcome.Done<Token>(Token token)
                && token.isValidAt(Instant.now())
                && token.grant().includes(principal.grant());
    }
}
