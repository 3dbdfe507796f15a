/// An RSA key of 2048 bits that was made for these tests and is used nowhere else.
enum TestKeys {
    static let modulus =
        "tYaf3xwUCTWnjp8VLQxe3ZQiVYbcDUROckBlQENR47pQYfD14EGgR3L8ru2mVTVryF350DDHGTvhgTeAVhdNIv65ie"
        + "QSp6iMU47O31FVook0JsoFwHhcMxlka6ph80zYdq-GUaPTEzPOLKr8AdjlzzMF8-Jv5PqFRmxVvCIpXhx4dGOJe4gj"
        + "LhfRRka9tBvQxK3Z9hlsNSqmJuOYBf6H-jvjdSrAgEiJkn5eA91bwtKkyKCLrfkApSyJ359TvJkrcjgbWmGPJV-xSm"
        + "ws2hdzYLCcWc0k2fYEkn6t1tGkpmv6wwDfW52auYVS3LMxBHYA4YI5yMI-Ly2eBCEXNnsy6w"
    static let privateExponent =
        "Bk62G65AUV7__2LPJvQsS8g2M57ePCapaXiR3Hcs-RMSHStu6KZZKebd4NbqEWsmDyaaAZ7xwy02saj3lBIjY3YjDi"
        + "eITsgYa4F1_CLUYtRnmUTLDCONq2KM0E6tKnynx2AoTaIBaSlmpFBegy7xXCzpsbZw_UVX8QWo-u9qhoQ-FFHS8Tfj"
        + "Ty8pUej-tsFq20MiAzwKebXQThhqweKttHb97MzvfE5sagr6s6h5WxhmGn1y7EVc8p2AX6jvM_ETKd_sDeFlChDCbi"
        + "FAA1W-eC4s5u6UE3AI-cysLWvZgYhOjHwqp6hQC34TBTODwCEOke_pK-0GGG-Vj30o8eDF"
}
