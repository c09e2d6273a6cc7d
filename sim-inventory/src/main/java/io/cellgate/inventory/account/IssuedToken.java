package io.cellgate.inventory.account;

/**
 * A token that was just issued.
 *
 * @param secret what its bearer presents; it is nowhere else and cannot be shown again
 */
public record IssuedToken(Token token, String secret) {
    @Override
    public String toString() {
        return "IssuedToken[token=" + token + "]";
    }
}
