package io.cellgate.inventory.store;

/** Who changes something, as the audit log names them: {@code token:tok_…}, {@code user:usr_…}, {@code gateway}, {@code system}. */
public record Actor(String name) {
    /** Cellgate itself. */
    public static final Actor SYSTEM = new Actor("system");
    /** The gateway, acting on what a device did. */
    public static final Actor GATEWAY = new Actor("gateway");

    public static Actor user(String id) {
        return new Actor("user:" + id);
    }

    public static Actor token(String id) {
        return new Actor("token:" + id);
    }
}
