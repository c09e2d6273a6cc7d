package io.cellgate.bench.signalling;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server on the internet's side that sends every datagram back: {@code EchoServerMain ADDRESS PORT}. */
public final class EchoServerMain {
    private EchoServerMain() {}

    public static void main(String[] arguments) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(
                new InetSocketAddress(InetAddress.ofLiteral(arguments[0]),
                        Integer.parseInt(arguments[1])))) {
            socket.setReceiveBufferSize(8 << 20);
            System.out.println("ready");
            byte[] octets = new byte[2048];
            while (true) {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                socket.send(packet);
            }
        }
    }
}
