//! Networks of clients, which limits count by.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the part of an address that identifies a household or office: all of IPv4, 64 bits of IPv6 (RFC 6177).
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::client_network;

    #[test]
    fn addresses_of_one_network_count_as_one() {
        for (address, expected) in
            [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
        {
            let network: std::net::IpAddr = expected.parse().unwrap();
            assert_eq!(client_network(address.parse().unwrap()), network);
        }
    }
}
